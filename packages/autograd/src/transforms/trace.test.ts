import { type Tensor, tensor } from '@throughline/tensor';
import { expect, test } from 'vitest';
import { grad, mul, scan, trace } from '../index.ts';
import { print } from '../symbolic/index.ts';

test('a value recorded on a tape that has ended is a constant, also as a result', () => {
  let kept: Tensor = tensor(0);
  grad((x: Tensor) => {
    kept = mul(x, 2);
    return kept;
  })(tensor(3));
  expect(print(trace(() => kept))).toBe('program () {\n  return 6\n}');
  const step = (h: Tensor) => ({ carry: h, y: kept });
  const { ys } = scan(step, tensor(0), {}, { length: 2 });
  const program = trace((h: Tensor) => scan(step, h, {}, { length: 2 }).ys, tensor(0));
  expect(String(ys)).toBe('f64[2] [6, 6]');
  expect(print(program)).toContain('return d, 6');
});
