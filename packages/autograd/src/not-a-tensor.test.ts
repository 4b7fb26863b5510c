import { tensor } from '@throughline/tensor';
import { expect, test } from 'vitest';
import * as arrays from './arrays/index.ts';
import * as core from './index.ts';

/** The ops as a caller without types has them. */
const untyped = { ...core, ...arrays } as unknown as Record<string, (...args: unknown[]) => unknown>;
const x = tensor([1, 2]);

test.each([
  ['matmul', [x, 3], 'matmul: takes a tensor, got a number. Use tensor(…).'],
  ['concat', [[x, [1]]], 'concat: takes a tensor, got an array. Use tensor(…).'],
  ['stack', [[1, 2]], 'stack: takes a tensor, got a number. Use tensor(…).'],
  ['einsum', ['i,i->', x, [1]], 'einsum: takes a tensor, got an array. Use tensor(…).'],
  ['sum', [[1, 2]], 'sum: takes a tensor, got an array. Use tensor(…).'],
  ['mean', [3], 'mean: takes a tensor, got a number. Use tensor(…).'],
  ['softmax', [[1, 2]], 'softmax: takes a tensor, got an array. Use tensor(…).'],
  ['reshape', [[1, 2], [2]], 'reshape: takes a tensor, got an array. Use tensor(…).'],
  ['transpose', [[1]], 'transpose: takes a tensor, got an array. Use tensor(…).'],
  ['slice', [null, [0], [1]], 'slice: takes a tensor, got null. Use tensor(…).'],
  ['pad', [[1], [0], [1]], 'pad: takes a tensor, got an array. Use tensor(…).'],
  ['broadcastTo', [[1], [2]], 'broadcastTo: takes a tensor, got an array. Use tensor(…).'],
  ['gather', [x, 0], 'gather: takes a tensor, got a number. Use tensor(…).'],
  ['where', [1, x, 2], 'where: takes a tensor, got a number. Use tensor(…).'],
  ['cast', [[1], 'int32'], 'cast: takes a tensor, got an array. Use tensor(…).'],
  ['oneHot', [[1], 2], 'oneHot: takes a tensor, got an array. Use tensor(…).'],
  ['exp', [[1]], 'exp: operand 0 is an array, not a tensor or number. Use tensor(…).'],
])('%s says what it takes when it is given something else', (name, args, message) => {
  expect(() => untyped[name]?.(...args)).toThrow(message);
});
