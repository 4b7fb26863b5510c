import { expect, test } from 'vitest';
import { threefry } from './threefry.ts';

test.each([
  [0, 0, 0, 0, 0x6b200159, 0x99ba4efe],
  [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x1cb996fc, 0xbb002be7],
  [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xc4923a9c, 0x483df7a0],
])('threefry2x32-20 of counter %i %i, key %i %i, as Random123 publishes it', (c0, c1, k0, k1, x, y) => {
  const out = new Int32Array(2);
  threefry(k0, k1, c0, c1, out);
  expect([(out[0] ?? 0) >>> 0, (out[1] ?? 0) >>> 0]).toEqual([x, y]);
});
