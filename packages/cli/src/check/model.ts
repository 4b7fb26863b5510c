import { add, foldIn, matmul, mul, normal, reshape, slice, sum, unstack } from '@throughline/autograd';
import { type AnyCell, initializers, type ParamTree, type StateTree, unroll } from '@throughline/rnn';
import { formatType, type Tensor, zeros } from '@throughline/tensor';
import { addingProblem, meanSquaredError, type SequenceBatch } from '@throughline/train';
import { CheckError } from './errors.ts';
import { dimsOf, inputs, type Sizes } from './probe.ts';

/** A cell with a linear layer that reads its last output. */
export interface ModelParams {
  readonly cell: ParamTree;
  readonly readout: { readonly W: Tensor; readonly b: Tensor };
}

/** Parameters of a cell with its readout, both uniform in ±1/√H as the cells are; the cell's are those of every section. */
export function initModel(cell: AnyCell, sizes: Sizes): ModelParams {
  const dims = dimsOf(sizes);
  const params = cell.init(foldIn(sizes.key, 1), dims);
  const { out } = unroll(cell, params, zeros([1, 1, inputs]));
  const [, , width] = out.shape;
  if (out.rank !== 3 || width === undefined) {
    throw new CheckError(
      `${cell.name}: out is ${formatType(out)} over one step; checking needs one row of numbers per sequence, [B, n].`,
    );
  }
  const draw = (n: number, shape: readonly number[]): Tensor =>
    initializers.uniformByWidth(foldIn(sizes.key, n), { shape, dtype: 'float64', dims, path: 'readout' });
  return { cell: params, readout: { W: draw(8, [width, 1]), b: draw(9, [1]) } };
}

/** The model's answer, [B, 1], from the cell's last output. */
export const readOut = ({ readout }: ModelParams, out: Tensor): Tensor => add(matmul(out, readout.W), readout.b);

/** The mean squared error of the answers after the last step. Outputs before it are not kept. */
export function lossOn(
  cell: AnyCell,
  params: ModelParams,
  { inputs: xs, targets }: SequenceBatch,
  hidden: number,
): Tensor {
  const [, batch = 0] = xs.shape;
  let state: StateTree = cell.initialState(dimsOf({ hidden }), batch);
  let out: Tensor = zeros([batch, 0]);
  for (const x of unstack(xs)) ({ state, out } = cell.step(params.cell, state, x));
  return meanSquaredError(readOut(params, out), targets);
}

/** Sequences that training does not see; the same for the same sizes and key. */
export const testBatch = (sizes: Sizes, batch: number): SequenceBatch =>
  taskBatch(sizes.steps, batch, foldIn(sizes.key, 4));

/** The adding problem. A single step is too short for it: then the answer is the product of a row's two numbers. */
export function taskBatch(steps: number, batch: number, key: Tensor): SequenceBatch {
  if (steps >= 2) return addingProblem({ T: steps, batch, key });
  const xs = normal(key, [steps, batch, inputs]);
  const [numbers, marks] = [slice(xs, [0, 0, 0], [1, batch, 1]), slice(xs, [0, 0, 1], [1, batch, 2])];
  return { inputs: xs, targets: reshape(sum(mul(numbers, marks), 0), [batch, 1]) };
}
