// programs as text, mathematics and drawings

// derivatives without a rule
export { type ComplexStep, complexStep } from './complex/complex-step.ts';
// what a program costs
export { estimateMemory, type MemoryEstimate } from './estimate-memory.ts';
export { type FoldOptions, fold } from './fold/fold.ts';
export { type GraphvizOptions, graphviz } from './graphviz.ts';
export { type LatexOptions, latex } from './latex/latex.ts';
// programs made simpler, and proofs that two are one function
export { type Equivalence, equivalent, type NormalFormOptions, normalForms } from './normal-form/equivalent.ts';
export { parseProgram } from './parse/parse-program.ts';
export { ProgramTextError } from './parse/tokens.ts';
export { type PrintOptions, print } from './print.ts';
export { type Rule as SimplificationRule, simplificationRules } from './rules/index.ts';
export { simplify } from './simplify.ts';
