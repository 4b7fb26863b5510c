import type { Arithmetic } from '../elementary/arithmetic.ts';
import type { FunctionSteps, ScalarFunction } from '../elementary/scalar-function.ts';
import * as single from './float32.ts';
import * as double from './float64.ts';
import * as special from './steps/index.ts';
import type { SpecialTables } from './steps/tables.ts';
import { tables32, tables64 } from './tables.ts';

type Kernel = (...xs: number[]) => number;
type Stated = <V, C>(m: Arithmetic<V, C>, t: SpecialTables, ...xs: V[]) => V;

/** From the steps, and from the two kernels that were printed from them. `cost` is about a third of its instructions. */
function define(
  name: string,
  stated: Stated,
  float64: Kernel,
  float32: Kernel,
  cost: number,
  tex?: string,
): ScalarFunction {
  const over =
    (t: SpecialTables): FunctionSteps =>
    (m, ...xs) =>
      stated(m, t, ...xs);
  const steps = { float64: over(tables64), float32: over(tables32) };
  return Object.freeze({ name, steps, kernels: { float64, float32 }, cost, ...(tex !== undefined && { tex }) });
}

export const exp2: ScalarFunction = define('exp2', special.exp2, double.exp2, single.exp2, 20, '\\operatorname{exp}_2');
export const log2: ScalarFunction = define('log2', special.log2, double.log2, single.log2, 30, '\\log_2');
export const log10: ScalarFunction = define('log10', special.log10, double.log10, single.log10, 30, '\\log_{10}');
export const cbrt: ScalarFunction = define('cbrt', special.cbrt, double.cbrt, single.cbrt, 30);
export const rsqrt: ScalarFunction = define('rsqrt', special.rsqrt, double.rsqrt, single.rsqrt, 7);
export const trunc: ScalarFunction = define('trunc', special.trunc, double.trunc, single.trunc, 4);
export const round: ScalarFunction = define('round', special.round, double.round, single.round, 4);
export const tan: ScalarFunction = define('tan', special.tan, double.tan, single.tan, 40, '\\tan');
export const arcsin: ScalarFunction = define('arcsin', special.arcsin, double.arcsin, single.arcsin, 50, '\\arcsin');
export const arccos: ScalarFunction = define('arccos', special.arccos, double.arccos, single.arccos, 50, '\\arccos');
export const arctan: ScalarFunction = define('arctan', special.arctan, double.arctan, single.arctan, 40, '\\arctan');
export const arctan2: ScalarFunction = define('arctan2', special.arctan2, double.arctan2, single.arctan2, 50);
export const sinh: ScalarFunction = define('sinh', special.sinh, double.sinh, single.sinh, 40, '\\sinh');
export const cosh: ScalarFunction = define('cosh', special.cosh, double.cosh, single.cosh, 30, '\\cosh');
export const arcsinh: ScalarFunction = define('arcsinh', special.arcsinh, double.arcsinh, single.arcsinh, 50);
export const arccosh: ScalarFunction = define('arccosh', special.arccosh, double.arccosh, single.arccosh, 50);
export const arctanh: ScalarFunction = define('arctanh', special.arctanh, double.arctanh, single.arctanh, 40);
export const logit: ScalarFunction = define('logit', special.logit, double.logit, single.logit, 50);
export const erf: ScalarFunction = define('erf', special.erf, double.erf, single.erf, 60);
export const erfc: ScalarFunction = define('erfc', special.erfc, double.erfc, single.erfc, 60);
export const erfinv: ScalarFunction = define(
  'erfinv',
  special.erfinv,
  double.erfinv,
  single.erfinv,
  60,
  '\\operatorname{erf}^{-1}',
);
export const lgamma: ScalarFunction = define(
  'lgamma',
  special.lgamma,
  double.lgamma,
  single.lgamma,
  100,
  '\\ln\\Gamma',
);
export const digamma: ScalarFunction = define('digamma', special.digamma, double.digamma, single.digamma, 80, '\\psi');
export const polygamma: ScalarFunction = define(
  'polygamma',
  special.polygamma,
  double.polygamma,
  single.polygamma,
  600,
);
export const hypot: ScalarFunction = define('hypot', special.hypot, double.hypot, single.hypot, 30);
export const logaddexp: ScalarFunction = define('logaddexp', special.logaddexp, double.logaddexp, single.logaddexp, 60);
export const xlogy: ScalarFunction = define('xlogy', special.xlogy, double.xlogy, single.xlogy, 25);
