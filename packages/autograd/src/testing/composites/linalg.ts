import { tensors } from '@throughline/tensor/testing';
import { choSolve, eigvalsh, inv, matrixPower, matrixRank, pinv, singularValues } from '../../linalg/index.ts';
import type { Composite } from '../sample.ts';
import { fullRank, regular, separated, wellSeparated } from '../samples/matrices.ts';
import { of, ofValues } from './of.ts';

const matrix = tensors({ shape: [2, 3] });

/** Functions over primitives in `linalg`. */
export const linalgComposites: Readonly<Record<string, Composite>> = {
  inv: of(inv, [regular]),
  pinv: of((x) => pinv(x), [matrix.filter(fullRank)]),
  'pinv, of a tall matrix': of((x) => pinv(x), [tensors({ shape: [3, 2] }).filter(fullRank)]),
  choSolve: of(
    (l, b) => choSolve(l, b),
    [regular.filter(({ shape }) => shape.join() === '3,3'), tensors({ shape: [3, 2] })],
  ),
  eigvalsh: of(eigvalsh, [tensors({ shape: [3, 3] }).filter(separated)]),
  singularValues: of(singularValues, [matrix.filter(wellSeparated)]),
  matrixPower: of((x) => matrixPower(x, 3), [tensors({ shape: [2, 2] })]),
  'matrixPower, of the inverse': of((x) => matrixPower(x, -2), [regular]),
  matrixRank: ofValues((x) => matrixRank(x), [matrix]),
};
