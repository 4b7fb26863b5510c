import {
  type AnyCell,
  cast,
  compile,
  key,
  mapTree,
  meanSquaredError,
  normal,
  type Profile,
  type Report,
  splitKey,
  type Tensor,
  unroll,
  valueAndGrad,
} from '../index.ts';

/** The sizes of a train step: T, B, I, H, and its numbers. */
export interface StepSizes {
  readonly steps: number;
  readonly batch: number;
  readonly inputs: number;
  readonly hidden: number;
  readonly dtype: 'float32' | 'float64';
}

/** What became of a cell's train step: of the gradient of a mean squared error over all steps, with its value. */
export function reportCell(
  cell: AnyCell,
  { steps, batch, inputs, hidden, dtype }: StepSizes,
  timed: boolean,
): { readonly report: Report; readonly profile: Profile | null } {
  const [forParams, forInputs, forTargets] = splitKey(key(7), 3) as [Tensor, Tensor, Tensor]; // three
  const as = (value: Tensor): Tensor => cast(value, dtype);
  const params = mapTree(cell.init(forParams, { I: inputs, H: hidden }), as);
  const xs = as(normal(forInputs, [steps, batch, inputs]));
  const loss = (own: typeof params, input: Tensor, target: Tensor): Tensor =>
    meanSquaredError(unroll(cell, own, input).out, target);
  const step = valueAndGrad(loss);
  const named = Object.defineProperty(step, 'name', { value: `${cell.name}, loss and gradient` });
  const compiled = compile(named);
  const { shape } = unroll(cell, params, xs).out;
  compiled(params, xs, as(normal(forTargets, [...shape])));
  return { report: compiled.report(), profile: timed ? compiled.profile() : null };
}
