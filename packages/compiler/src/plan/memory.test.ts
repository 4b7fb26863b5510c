import { expect, it } from 'vitest';
import { firstAddress } from '../emit/driver.ts';
import type { Access, Plan } from './ir.ts';
import { layOut } from './memory.ts';

/** A plan that adds up buffers of so many float64. */
function adding(length: number, count: number): Plan {
  const access = (buffer: number): Access => ({ buffer, offset: 0, strides: [1], steps: [] });
  const loads = Array.from({ length: count }, (_, k) => ({
    kind: 'load' as const,
    access: access(k),
    dtype: 'float64' as const,
  }));
  const stores = [{ node: 0, access: access(count) }];
  const buffers = Array.from({ length: count + 1 }, () => ({ dtype: 'float64' as const, length }));
  return {
    buffers,
    inputs: loads.map((_, k) => k),
    outputs: [access(count)],
    constants: new Map(),
    kernels: [{ kind: 'map', shape: [length], nodes: loads, stores }],
  };
}

/** Where in a page of 4096 bytes each buffer begins. */
const placesOf = (length: number): number[] =>
  layOut(adding(length, 30), firstAddress).addresses.map((address) => address % 4096);

it.each([1024 * 14, 1023 * 14, 1000, 512, 4096])(
  'thirty rows of %i elements begin at places of their own',
  (length) => {
    const lines = placesOf(length).map((place) => place / 64);
    expect(lines.every(Number.isInteger)).toBe(true);
    expect(new Set(lines).size).toBe(31);
  },
);

it('small buffers lie side by side', () => {
  const { addresses, bytes } = layOut(adding(14, 3), firstAddress);
  expect(addresses.map((address) => address - firstAddress)).toEqual([0, 192, 384, 576]);
  expect(bytes).toBe(firstAddress + 768);
});
