import { mul } from '@throughline/autograd';
import { type Tensor, tensor } from '@throughline/tensor';
import { expect, test } from 'vitest';
import { compile } from '../compile.ts';

test('without its entry point a report says what to import, and with it it comes', async () => {
  const square = compile((x: Tensor) => mul(x, x));
  square(tensor([1, 2]));
  const text = (op: string) => `${op}: import '@throughline/compiler/report' first; 'throughline' does.`;
  expect(() => square.report()).toThrow(text('report'));
  expect(() => square.profile()).toThrow(text('profile'));
  await import('./index.ts');
  expect(square.report().forms).toHaveLength(1);
  expect(square.profile({ runs: 1 }).runs).toBe(1);
});
