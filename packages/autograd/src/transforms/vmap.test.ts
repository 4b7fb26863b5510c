import { tensor } from '@throughline/tensor';
import { expect, test } from 'vitest';
import { grad, mul, sum, vmap } from '../index.ts';

test('it', () => {
  expect(
    String(
      vmap((x) => sum(mul(x, x)))(
        tensor([
          [1, 2],
          [3, 4],
        ]),
      ),
    ),
  ).toBe('f64[2] [5, 25]');
  expect(
    String(
      vmap((w, x) => mul(w, x), { inAxes: [null, 1] })(
        tensor(2),
        tensor([
          [1, 2],
          [3, 4],
        ]),
      ),
    ),
  ).toBe('f64[2,2] [[2, 6], [4, 8]]');
  expect(
    String(
      vmap(grad((x) => sum(mul(x, x))))(
        tensor([
          [1, 2],
          [3, 4],
        ]),
      ),
    ),
  ).toBe('');
});
