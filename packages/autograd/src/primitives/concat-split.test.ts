import { tensor } from '@throughline/tensor';
import { expect, test } from 'vitest';
import { stack } from '../index.ts';

test('stack refuses mixed dtypes under its own name, with the types it was given', () => {
  expect(() => stack([tensor([1]), tensor([1], { dtype: 'int32' })])).toThrow(
    "stack: cannot mix f64[1] with i32[1]. Convert one with cast(x, 'float64').",
  );
});
