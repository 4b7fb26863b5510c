// derivatives without a rule
export { type ComplexStep, complexStep } from './complex/complex-step.ts';
// memory before a run
export { estimateMemory, type MemoryEstimate } from './estimate-memory.ts';
export { type FoldOptions, fold } from './fold/fold.ts';
export { type GraphvizOptions, graphviz } from './graphviz.ts';
export { type LatexOptions, latex } from './latex/latex.ts';
export { type Equivalence, equivalent, type NormalFormOptions, normalForms } from './normal-form/equivalent.ts';
// programs as text
export { parseProgram } from './parse/parse-program.ts';
export { ProgramTextError } from './parse/tokens.ts';
export { type PrintOptions, print } from './print.ts';
// programs as mathematics
export { type Rule, simplificationRules } from './rules/index.ts';
export { simplify } from './simplify.ts';
