import { exp } from '@throughline/autograd';
import { type Tensor, tensor } from '@throughline/tensor';
import { expect, test } from 'vitest';
import { compile } from '../compile.ts';

test('without its entry point fast arithmetic says what to import, and with it it comes', async () => {
  const fast = () => compile((x: Tensor) => exp(x), { arithmetic: 'fast' });
  expect(fast).toThrow("compile: import '@throughline/compiler/fast' first; 'throughline' does.");
  await import('./index.ts');
  expect(Math.abs(fast()(tensor([1], { dtype: 'float32' })).toTypedArray()[0] ?? 0)).toBeCloseTo(Math.E, 5);
});
