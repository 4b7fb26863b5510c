import type { Arithmetic } from '../elementary/arithmetic.ts';
import type { ScalarFunction } from '../elementary/scalar-function.ts';
import * as single from './float32.ts';
import * as double from './float64.ts';
import * as special from './steps/index.ts';
import type { SpecialTables } from './steps/tables.ts';
import { tables32, tables64 } from './tables.ts';

type Name = keyof typeof special;
type Stated = <V, C>(m: Arithmetic<V, C>, t: SpecialTables, ...xs: V[]) => V;

/** What a function takes in additions is about a third of its instructions. */
function scalarFunction(name: Name, cost: number, tex?: string): ScalarFunction {
  const stated = special[name] as Stated; // as many operands as its kernels have
  return Object.freeze({
    name,
    cost,
    steps: { float64: (m, ...xs) => stated(m, tables64, ...xs), float32: (m, ...xs) => stated(m, tables32, ...xs) },
    kernels: {
      float64: double[name] as (...xs: number[]) => number,
      float32: single[name] as (...xs: number[]) => number,
    }, // as many operands each
    ...(tex !== undefined && { tex }),
  } satisfies ScalarFunction);
}

export const exp2: ScalarFunction = scalarFunction('exp2', 20, '\\operatorname{exp}_2');
export const log2: ScalarFunction = scalarFunction('log2', 30, '\\log_2');
export const log10: ScalarFunction = scalarFunction('log10', 30, '\\log_{10}');
export const cbrt: ScalarFunction = scalarFunction('cbrt', 30, '\\sqrt[3]');
export const rsqrt: ScalarFunction = scalarFunction('rsqrt', 7);
export const trunc: ScalarFunction = scalarFunction('trunc', 4);
export const round: ScalarFunction = scalarFunction('round', 4);
export const tan: ScalarFunction = scalarFunction('tan', 40, '\\tan');
export const arcsin: ScalarFunction = scalarFunction('arcsin', 50, '\\arcsin');
export const arccos: ScalarFunction = scalarFunction('arccos', 50, '\\arccos');
export const arctan: ScalarFunction = scalarFunction('arctan', 40, '\\arctan');
export const arctan2: ScalarFunction = scalarFunction('arctan2', 50);
export const sinh: ScalarFunction = scalarFunction('sinh', 40, '\\sinh');
export const cosh: ScalarFunction = scalarFunction('cosh', 30, '\\cosh');
export const arcsinh: ScalarFunction = scalarFunction('arcsinh', 50);
export const arccosh: ScalarFunction = scalarFunction('arccosh', 50);
export const arctanh: ScalarFunction = scalarFunction('arctanh', 40);
export const logit: ScalarFunction = scalarFunction('logit', 50);
export const erf: ScalarFunction = scalarFunction('erf', 60);
export const erfc: ScalarFunction = scalarFunction('erfc', 60);
export const erfinv: ScalarFunction = scalarFunction('erfinv', 60, '\\operatorname{erf}^{-1}');
export const lgamma: ScalarFunction = scalarFunction('lgamma', 100, '\\ln\\Gamma');
export const digamma: ScalarFunction = scalarFunction('digamma', 80, '\\psi');
export const polygamma: ScalarFunction = scalarFunction('polygamma', 600);
export const hypot: ScalarFunction = scalarFunction('hypot', 30);
export const logaddexp: ScalarFunction = scalarFunction('logaddexp', 60);
export const xlogy: ScalarFunction = scalarFunction('xlogy', 25);
