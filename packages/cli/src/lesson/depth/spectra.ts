import { foldIn, jacobian, matmul, normal, reshape, slice, unstack } from '@throughline/autograd';
import { singularValues } from '@throughline/autograd/linalg';
import { type AnyCell, unroll } from '@throughline/rnn';
import { stepJacobians } from '@throughline/rnn/analysis';
import { eye, type Tensor } from '@throughline/tensor';
import type { Stack } from './layers.ts';

/** What is left of a gradient after some layers: singular values of ∂x_l/∂x_0. */
export interface Spectrum {
  /** l, up to the whole depth. */
  readonly layers: readonly number[];
  /** Of the direction in the middle: half of all directions keep less. */
  readonly middle: readonly number[];
  /** √(mean of the squares): what a random gradient keeps in length. */
  readonly length: readonly number[];
}

/** Through layers with weights of their own. */
export function throughLayers(stack: Stack, key: Tensor, n: number, depth: number, additive: boolean): Spectrum {
  const size = stack.rows * n;
  let x = normal(foldIn(key, 0), [stack.rows, n]);
  const jacobians = Array.from({ length: depth }, (_, l) => {
    const own = foldIn(key, l + 1);
    const layer = (y: Tensor): Tensor => stack.layer(own, y, additive);
    const one = reshape(jacobian(layer)(x), [size, size]);
    x = layer(x);
    return one;
  });
  return spectrumOf(jacobians, (product) => product);
}

/** Through steps of a cell, along the state of that name among states of n units each. */
export function throughSteps(cell: AnyCell, state: string, key: Tensor, n: number, depth: number): Spectrum {
  const run = unroll(cell, cell.init(foldIn(key, 1), { I: 2, H: n }), normal(foldIn(key, 2), [depth, 1, 2]));
  const from = n * cell.stateNames.indexOf(state);
  return spectrumOf(unstack(stepJacobians(run)), (product) => slice(product, [from, from], [from + n, from + n]));
}

/** Singular values are dear: of so many products they are taken. */
const places = 12;

function spectrumOf(jacobians: readonly Tensor[], part: (product: Tensor) => Tensor): Spectrum {
  const [layers, middle, length]: [number[], number[], number[]] = [[], [], []];
  const every = Math.ceil(jacobians.length / places);
  let product = eye(jacobians[0]?.shape[0] ?? 0);
  jacobians.forEach((one, l) => {
    product = matmul(one, product);
    if ((jacobians.length - 1 - l) % every !== 0) return;
    const values = singularValues(part(product)).data;
    layers.push(l + 1);
    middle.push(values[values.length >> 1] ?? Number.NaN);
    length.push(Math.hypot(...values) / Math.sqrt(values.length));
  });
  return { layers, middle, length };
}
