import type { Concrete, Tensor } from '@throughline/tensor';
import fc from 'fast-check';
import type { Composite, PrimitiveSamples, Sample } from '../sample.ts';

type Rest = Pick<PrimitiveSamples, 'any' | 'tolerance'>;

/** A function of tensors, with an arbitrary for each at which it is smooth: `of(softmax, [tensors({ shape: [2, 3] })])`. */
export const of = (
  f: (...xs: Tensor[]) => Tensor | readonly Tensor[],
  operands: readonly fc.Arbitrary<Concrete>[],
  rest: Rest = {},
): Composite => ({
  run: (inputs) => f(...inputs),
  smooth: fc.tuple(...operands).map((inputs): Sample => ({ inputs, params: {} })),
  ...rest,
});

/** The same without a derivative: results are integers or bools, or operands are. */
export const ofValues = (
  f: (...xs: Tensor[]) => Tensor | readonly Tensor[],
  operands: readonly fc.Arbitrary<Concrete>[],
): Composite => {
  const { run, smooth } = of(f, operands);
  return { run, smooth: null, ...(smooth === null ? {} : { any: smooth }) };
};
