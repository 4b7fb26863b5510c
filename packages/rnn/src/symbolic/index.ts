// a cell as equations
export { backwardEquations } from './equations/backward.ts';
export { directPaths } from './equations/direct.ts';
export { explain } from './equations/explain.ts';
export { type EquationOptions, equations } from './equations/forward.ts';
export { type Extents as EquationExtents, readEquations } from './equations/read.ts';
