import { add, foldIn, matmul, mul, normal, reshape } from '@throughline/autograd';
import { type AnyCell, type ParamTree, unroll } from '@throughline/rnn';
import { type Tensor, zeros } from '@throughline/tensor';

/** A cell's parameters, and those of a linear map from what it gives to numbers. */
export interface ReadoutParams {
  readonly cell: ParamTree;
  readonly W: Tensor;
  readonly b: Tensor;
}

/** A cell with a linear readout. */
export function initReadout(
  cell: AnyCell,
  key: Tensor,
  { I, H, O }: { I: number; H: number; O: number },
): ReadoutParams {
  return {
    cell: cell.init(foldIn(key, 1), { I, H }),
    W: mul(normal(foldIn(key, 2), [H, O]), 1 / Math.sqrt(H)),
    b: zeros([O]),
  };
}

/** Numbers at every step: [T, B, I] → [T, B, O]. */
export function readAll(cell: AnyCell, params: ReadoutParams, inputs: Tensor): Tensor {
  const { out } = unroll(cell, params.cell, inputs);
  return read(params, out);
}

/** What the readout makes of outputs [..., H]. */
export function read({ W, b }: ReadoutParams, out: Tensor): Tensor {
  const [H, O] = W.shape as [number, number]; // a matrix
  const flat = reshape(out, [out.size / H, H]);
  return reshape(add(matmul(flat, W), b), [...out.shape.slice(0, -1), O]);
}
