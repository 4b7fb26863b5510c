// a cell as equations
export { backwardEquations } from './equations/backward.ts';
export { type EquationOptions, equations, explain } from './equations/equations.ts';
