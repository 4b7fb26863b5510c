// programs as text

// derivatives without a rule
export { complexStep } from './complex/complex-step.ts';
export { parseProgram } from './parse/parse-program.ts';
export { ProgramTextError } from './parse/tokens.ts';
export { type PrintOptions, print } from './print.ts';
