// a cell as equations
export { backwardEquations } from './equations/backward.ts';
export { explain } from './equations/explain.ts';
export { type EquationOptions, equations } from './equations/forward.ts';
export { type Extents, readEquations } from './equations/read.ts';
