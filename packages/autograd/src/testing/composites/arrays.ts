import { tensor } from '@throughline/tensor';
import { tensors } from '@throughline/tensor/testing';
import {
  compress,
  cross,
  diag,
  diagonal,
  dot,
  einsum,
  fullLike,
  gatherND,
  inner,
  kron,
  logspace,
  matrixTrace,
  meshgrid,
  moveAxis,
  onesLike,
  outer,
  putAlongAxis,
  rearrange,
  repeat,
  roll,
  swapAxes,
  takeAlongAxis,
  tensordot,
  tile,
  tri,
  tril,
  triu,
  vdot,
  zerosLike,
} from '../../arrays/index.ts';
import { pad, split } from '../../index.ts';
import type { Composite } from '../sample.ts';
import { of, ofValues } from './of.ts';

const vector = tensors({ shape: [3] });
const matrix = tensors({ shape: [2, 3] });
const square = tensors({ shape: [3, 3] });
const cube = tensors({ shape: [2, 2, 3] });
const places = tensor(
  [
    [2, -1],
    [0, 0],
  ],
  { dtype: 'int32' },
);
const some = tensor([true, false, true]);

/** Functions over primitives in the entry `arrays`. */
export const arrayComposites: Readonly<Record<string, Composite>> = {
  einsum: of((a, b, c) => einsum('ij,kj,k->i', a, b, c), [matrix, square, vector]),
  'einsum, diagonals and ...': of((a, b) => einsum('ii...,...j', a, b), [square, matrix]),
  outer: of(outer, [vector, vector]),
  inner: of(inner, [matrix, vector]),
  dot: of(dot, [cube, square]),
  vdot: of(vdot, [matrix, matrix]),
  tensordot: of(
    (a, b) =>
      tensordot(a, b, [
        [2, 1],
        [0, 1],
      ]),
    [cube, tensors({ shape: [3, 2, 2] })],
  ),
  kron: of(kron, [matrix, vector]),
  cross: of((a, b) => cross(a, b), [matrix, vector]),
  diag: of((x) => diag(x, -1), [vector]),
  'diag, of a matrix': of((x) => diag(x, 1), [matrix]),
  diagonal: of((x) => diagonal(x, 0, 2, 0), [cube]),
  matrixTrace: of((x) => matrixTrace(x), [square]),
  tri: ofValues(() => tri(2, 3, 1), []),
  tril: of((x) => tril(x, 1), [cube]),
  triu: of((x) => triu(x), [cube]),
  fullLike: ofValues((x) => fullLike(x, 3, 'int32'), [matrix]),
  zerosLike: ofValues((x) => zerosLike(x, 'int32'), [matrix]),
  onesLike: ofValues((x) => onesLike(x, 'int32'), [matrix]),
  logspace: ofValues(() => logspace(0, 2, 3), []),
  meshgrid: of((x, y) => meshgrid([x, y]), [vector, tensors({ shape: [2] })]),
  moveAxis: of((x) => moveAxis(x, [0, 1], [-1, 0]), [cube]),
  swapAxes: of((x) => swapAxes(x, 0, -1), [cube]),
  rearrange: of((x) => rearrange(x, 'a b (c d) -> (d a) c b', { d: 3 }), [cube]),
  repeat: of((x) => repeat(x, 2, 0), [matrix]),
  'repeat, each its own': of((x) => repeat(x, [2, 0, 1], -1), [matrix]),
  roll: of((x) => roll(x, [1, -1], [0, 1]), [matrix]),
  tile: of((x) => tile(x, [2, 1, 2]), [matrix]),
  gatherND: of(
    (x) =>
      gatherND(
        x,
        tensor(
          [
            [1, 2],
            [-1, 0],
            [1, 2],
          ],
          { dtype: 'int32' },
        ),
      ),
    [matrix],
  ),
  takeAlongAxis: of((x) => takeAlongAxis(x, places), [matrix]),
  putAlongAxis: of((x, y) => putAlongAxis(x, places, y), [matrix, tensors({ shape: [2, 2] })]),
  compress: of((x) => compress(some, x, { axis: 1 }), [matrix]),
  'compress, size': of((x) => compress(some, x, { axis: 1, size: 4, fill: 7 }), [matrix]),
  'pad, reflect': of((x) => pad(x, [1, 2], [0, 1], { mode: 'reflect' }), [matrix]),
  'split, by name': of((x) => Object.values(split(x, { i: 1, f: 2 }, 1)), [matrix]),
};
