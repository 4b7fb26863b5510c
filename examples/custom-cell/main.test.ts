import { expect, test } from 'vitest';
import { run } from './main.ts';

test('the belt is exact when h is held, and leaks when it is not', () => {
  const { equations, verdict, error, held, leak } = run({ T: 8, H: 4 });
  expect(equations).toContain("c' =");
  expect(verdict).toBe('right');
  expect(error).toBeLessThan(1e-9);
  expect(held).toBe(0);
  expect(leak).toBeGreaterThan(1e-3);
});
