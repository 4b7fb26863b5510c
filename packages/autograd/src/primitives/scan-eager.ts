/** @file Loops of eager values, step by step. */
import type { Tensor } from '@throughline/tensor';
import { scope } from '../scope.ts';
import type { FlatStep } from './scan-checks.ts';
import { Gather, rowsOf } from './scan-rows.ts';

/** A loop of T steps over the leaves of its carry and sequences. */
export interface Loop {
  readonly step: FlatStep;
  readonly length: number;
  readonly reverse: boolean;
}

/** What ran: the leaves of the last carry, and of the ys. */
export interface Ran {
  readonly carry: readonly Tensor[];
  readonly ys: readonly Tensor[];
}

/**
 * Runs `count` steps from the `from`-th on; `xs` hold their slices and no others. Ys are not gathered when nobody asks,
 * and `before` sees the carry that enters each step.
 */
export function runSteps(
  { step, length, reverse }: Loop,
  from: number,
  count: number,
  start: readonly Tensor[],
  xs: readonly Tensor[],
  options: { readonly ys?: boolean; before?(n: number, carry: readonly Tensor[]): void } = {},
): Ran {
  const rows = xs.map(rowsOf);
  let carry = start;
  let ys: Gather[] = [];
  for (let n = 0; n < count; n++) {
    const place = reverse ? count - 1 - n : n;
    options.before?.(from + n, carry);
    const entering = carry;
    const t = reverse ? length - 1 - from - n : from + n;
    const x = rows.map((row) => row(place));
    const result = scope({ step: t + 1 }, () => step.run(entering, x, t));
    carry = result.carry;
    if (options.ys === false) continue;
    if (n === 0) ys = result.ys.map(({ dtype, shape }) => new Gather({ dtype, shape: [count, ...shape] }));
    ys.forEach((gather, k) => {
      gather.put(place, place, result.ys[k] as Tensor); // one y per gather in every step
    });
  }
  return { carry, ys: ys.map((gather) => gather.whole() as Tensor) }; // count > 0
}
