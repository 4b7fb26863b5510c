// derivatives without a rule
export { type ComplexStep, complexStep } from './complex/complex-step.ts';
// memory before a run
export { estimateMemory, type MemoryEstimate } from './estimate-memory.ts';
// programs as mathematics
export { type Equivalence, equivalent, type NormalFormOptions, normalForms } from './normal-form/equivalent.ts';
// programs as text
export { parseProgram } from './parse/parse-program.ts';
export { ProgramTextError } from './parse/tokens.ts';
export { type PrintOptions, print } from './print.ts';
export { type Rule as SimplificationRule, simplificationRules } from './rules/index.ts';
export { simplify } from './simplify.ts';
