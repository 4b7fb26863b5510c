import type { ScalarFunction } from '../elementary/scalar-function.ts';
import { allocate } from '../kernels/allocate.ts';
import { Concrete } from '../tensor.ts';

/** The reference kernel of a function: element by element over operands of one shape, in the type of the last, a float. */
export const mapOf =
  ({ kernels }: Pick<ScalarFunction, 'kernels'>) =>
  (...operands: [Concrete, ...Concrete[]]): Concrete => {
    const { dtype, shape } = operands[operands.length - 1] as Concrete; // at least one
    const f = kernels[dtype === 'float32' ? dtype : 'float64'];
    const out = allocate(dtype, operands[0].storage.length);
    const [a, b] = operands.map(({ storage }) => storage);
    if (b === undefined)
      out.forEach((_, i) => {
        out[i] = f(a?.[i] as number);
      }); // alike
    else
      out.forEach((_, i) => {
        out[i] = f(a?.[i] as number, b[i] as number);
      }); // alike
    return new Concrete(out, dtype, shape);
  };
