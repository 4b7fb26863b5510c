import type { Arithmetic } from '../elementary/arithmetic.ts';
import type { FunctionSteps, ScalarFunction } from '../elementary/scalar-function.ts';
import * as single from './float32.ts';
import * as double from './float64.ts';
import * as special from './steps/index.ts';
import type { SpecialTables } from './steps/tables.ts';
import { tables32, tables64 } from './tables.ts';

type Kernel = (...xs: number[]) => number;
type Kernels = { readonly float64: Kernel; readonly float32: Kernel };
type Stated = <V, C>(m: Arithmetic<V, C>, t: SpecialTables, x: V, y: V) => V;

/** From the steps, and from the two kernels that were printed from them. `cost` is about a third of its instructions. */
function scalarFunction(name: string, stated: Stated, kernels: Kernels, cost: number, tex?: string): ScalarFunction {
  const over =
    (t: SpecialTables): FunctionSteps =>
    (m, ...xs) =>
      stated(m, t, ...(xs as [never, never])); // one where it takes one
  return Object.freeze({
    name,
    steps: { float64: over(tables64), float32: over(tables32) },
    kernels,
    cost,
    ...(tex !== undefined && { tex }),
  });
}

const kernels = (float64: (x: number, y: number) => number, float32: (x: number, y: number) => number): Kernels => ({
  float64: float64 as Kernel, // called with as many operands as the steps take
  float32: float32 as Kernel, // as above
});

export const exp2: ScalarFunction = scalarFunction(
  'exp2',
  special.exp2,
  kernels(double.exp2, single.exp2),
  20,
  '\\operatorname{exp}_2',
);
export const log2: ScalarFunction = scalarFunction(
  'log2',
  special.log2,
  kernels(double.log2, single.log2),
  30,
  '\\log_2',
);
export const log10: ScalarFunction = scalarFunction(
  'log10',
  special.log10,
  kernels(double.log10, single.log10),
  30,
  '\\log_{10}',
);
export const cbrt: ScalarFunction = scalarFunction(
  'cbrt',
  special.cbrt,
  kernels(double.cbrt, single.cbrt),
  30,
  '\\sqrt[3]',
);
export const rsqrt: ScalarFunction = scalarFunction('rsqrt', special.rsqrt, kernels(double.rsqrt, single.rsqrt), 7);
export const trunc: ScalarFunction = scalarFunction('trunc', special.trunc, kernels(double.trunc, single.trunc), 4);
export const round: ScalarFunction = scalarFunction('round', special.round, kernels(double.round, single.round), 4);
export const tan: ScalarFunction = scalarFunction('tan', special.tan, kernels(double.tan, single.tan), 40, '\\tan');
export const arcsin: ScalarFunction = scalarFunction(
  'arcsin',
  special.arcsin,
  kernels(double.arcsin, single.arcsin),
  50,
  '\\arcsin',
);
export const arccos: ScalarFunction = scalarFunction(
  'arccos',
  special.arccos,
  kernels(double.arccos, single.arccos),
  50,
  '\\arccos',
);
export const arctan: ScalarFunction = scalarFunction(
  'arctan',
  special.arctan,
  kernels(double.arctan, single.arctan),
  40,
  '\\arctan',
);
export const arctan2: ScalarFunction = scalarFunction(
  'arctan2',
  special.arctan2,
  kernels(double.arctan2, single.arctan2),
  50,
);
export const sinh: ScalarFunction = scalarFunction(
  'sinh',
  special.sinh,
  kernels(double.sinh, single.sinh),
  40,
  '\\sinh',
);
export const cosh: ScalarFunction = scalarFunction(
  'cosh',
  special.cosh,
  kernels(double.cosh, single.cosh),
  30,
  '\\cosh',
);
export const arcsinh: ScalarFunction = scalarFunction(
  'arcsinh',
  special.arcsinh,
  kernels(double.arcsinh, single.arcsinh),
  50,
);
export const arccosh: ScalarFunction = scalarFunction(
  'arccosh',
  special.arccosh,
  kernels(double.arccosh, single.arccosh),
  50,
);
export const arctanh: ScalarFunction = scalarFunction(
  'arctanh',
  special.arctanh,
  kernels(double.arctanh, single.arctanh),
  40,
);
export const logit: ScalarFunction = scalarFunction('logit', special.logit, kernels(double.logit, single.logit), 50);
export const erf: ScalarFunction = scalarFunction('erf', special.erf, kernels(double.erf, single.erf), 60);
export const erfc: ScalarFunction = scalarFunction('erfc', special.erfc, kernels(double.erfc, single.erfc), 60);
export const erfinv: ScalarFunction = scalarFunction(
  'erfinv',
  special.erfinv,
  kernels(double.erfinv, single.erfinv),
  60,
  '\\operatorname{erf}^{-1}',
);
export const lgamma: ScalarFunction = scalarFunction(
  'lgamma',
  special.lgamma,
  kernels(double.lgamma, single.lgamma),
  100,
  '\\ln\\Gamma',
);
export const digamma: ScalarFunction = scalarFunction(
  'digamma',
  special.digamma,
  kernels(double.digamma, single.digamma),
  80,
  '\\psi',
);
export const polygamma: ScalarFunction = scalarFunction(
  'polygamma',
  special.polygamma,
  kernels(double.polygamma, single.polygamma),
  600,
);
export const hypot: ScalarFunction = scalarFunction('hypot', special.hypot, kernels(double.hypot, single.hypot), 30);
export const logaddexp: ScalarFunction = scalarFunction(
  'logaddexp',
  special.logaddexp,
  kernels(double.logaddexp, single.logaddexp),
  60,
);
export const xlogy: ScalarFunction = scalarFunction('xlogy', special.xlogy, kernels(double.xlogy, single.xlogy), 25);
