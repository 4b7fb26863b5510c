import { expect, test } from 'vitest';
import type { Kernel, Plan } from '../plan/ir.ts';
import { type Pick, randomPick, randomPlan } from '../testing/random-plan.ts';
import { simulate } from '../testing/simulate.ts';
import { placeBarriers } from './barriers.ts';
import { axesOf, isSplittable, type Layout, layoutOf } from './touches.ts';

/** Any split that keeps threads apart within a kernel, however unwise. */
function splitAtRandom(list: readonly Kernel[], pick: Pick, layout: Layout): Kernel[] {
  const all = (kernels: readonly Kernel[]) => splitAtRandom(kernels, pick, layout);
  return list.map((kernel): Kernel => {
    switch (kernel.kind) {
      case 'barrier':
        return kernel;
      case 'loop':
        return { ...kernel, body: all(kernel.body) };
      case 'while':
        return { ...kernel, test: all(kernel.test), body: all(kernel.body) };
      case 'branch':
        return { ...kernel, onTrue: all(kernel.onTrue), onFalse: all(kernel.onFalse) };
      default: {
        const splits = axesOf(kernel).map((_, axis) => ({ axis, grain: 1 + Math.floor(pick(5) / 3) }));
        const fit = splits.filter((split) => isSplittable(kernel, split, layout));
        const split = fit[pick(fit.length + 1)] ?? fit[0];
        return split === undefined || pick(8) === 0 ? { ...kernel } : { ...kernel, split };
      }
    }
  });
}

/** The kernels without the barrier number `which`, and how many there are. */
function without(list: readonly Kernel[], which: number): { kernels: Kernel[]; count: number } {
  let count = 0;
  const walk = (kernels: readonly Kernel[]): Kernel[] =>
    kernels.flatMap((kernel): Kernel[] => {
      if (kernel.kind === 'barrier') return count++ === which ? [] : [kernel];
      if (kernel.kind === 'loop') return [{ ...kernel, body: walk(kernel.body) }];
      if (kernel.kind === 'while') return [{ ...kernel, test: walk(kernel.test), body: walk(kernel.body) }];
      if (kernel.kind === 'branch') return [{ ...kernel, onTrue: walk(kernel.onTrue), onFalse: walk(kernel.onFalse) }];
      return [kernel];
    });
  return { kernels: walk(list), count };
}

function prepared(seed: number): { plan: Plan; addresses: number[]; pick: Pick } {
  const pick = randomPick(seed);
  const { plan, addresses } = randomPlan(pick);
  const layout = layoutOf(plan, addresses);
  const kernels = placeBarriers(splitAtRandom(plan.kernels, pick, layout), layout);
  return { plan: { ...plan, kernels }, addresses, pick };
}

test('no race and the same memory, for any number of threads, in whatever order they run', () => {
  let split = 0;
  for (let seed = 0; seed < 400; seed++) {
    const { plan, addresses, pick } = prepared(seed);
    const alone = simulate(plan, addresses, { threads: 1, pick });
    for (const threads of [2, 3, 5]) {
      const { memory, race } = simulate(plan, addresses, { threads, pick });
      expect(race, `seed ${seed}, ${threads} threads`).toBeUndefined();
      expect(memory, `seed ${seed}, ${threads} threads`).toEqual(alone.memory);
    }
    const leaves = plan.kernels.filter(({ kind, split }) => kind === 'map' && split !== undefined).length;
    if (leaves > 1) split++;
  }
  expect(split).toBeGreaterThan(50);
});

// That most are missed also says that they are not placed everywhere.
test('a barrier that is taken away is missed', () => {
  let [taken, seen] = [0, 0];
  for (let seed = 0; seed < 60; seed++) {
    const { plan, addresses, pick } = prepared(seed);
    const { count } = without(plan.kernels, -1);
    for (let which = 0; which < count; which++) {
      const { kernels } = without(plan.kernels, which);
      const { race } = simulate({ ...plan, kernels }, addresses, { threads: 5, pick });
      taken++;
      if (race !== undefined) seen++;
    }
  }
  expect(taken).toBeGreaterThan(200);
  expect(seen / taken).toBeGreaterThan(0.5);
});
