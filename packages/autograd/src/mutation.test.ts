import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { type Program, primitives } from './index.ts';
import { samples } from './testing/index.ts';
import { hasDerivative } from './testing/laws/tracing.ts';
import { type Target, targetsOf } from './testing/mutation/kill.ts';
import { mutantsOf } from './testing/mutation/mutants.ts';

/**
 * Would the laws notice? Every pullback of every operand is recorded as a Program, and got wrong in one place at a time:
 * a sign, a factor 1 + 1e-6, a term, a sum, the order of operands, a condition. Each such mutant must fail the comparison
 * with finite differences, or a documented kink. One that does not is equivalent if it gives the same bits at the
 * sample and at three points beside it, under two cotangents; anything else is a hole in the laws. (Equivalent are: a
 * factor or sign on a constant 0; what only moves a zero's sign; what a body computes that the operand asked about does
 * not need; the terms of svd that vanish when there is one singular value, or a square matrix.)
 */
const counts = { mutants: 0, killed: 0, equivalent: 0 };

const differentiable = [...primitives.values()].filter((p) => hasDerivative(p) && samples[p.name]?.smooth);

for (const primitive of differentiable) {
  test(`mutants of ${primitive.name}`, { timeout: 60_000 }, () => {
    const { smooth, kinks = [], notTheDerivative, tolerance } = samples[primitive.name] ?? {};
    if (!smooth || notTheDerivative !== undefined) return;
    const drawn = fc.sample(smooth, { seed: 3, numRuns: 60 });
    const targets = [...drawn, ...kinks].flatMap((sample) => targetsOf(primitive, sample, tolerance?.value ?? 1e-9));
    const found = new Map<string, Outcome>();
    for (const alike of telling(targets)) {
      for (const target of alike) {
        expect(target.passes(target.program), `${target.title} itself`).toBe(true);
        for (const { change, program } of mutantsOf(target.program)) {
          const key = `${target.title}: ${change}`;
          const before = found.get(key);
          if (before !== 'killed') found.set(key, worse(before, outcome(target, program)));
        }
      }
    }
    const survivors = [...found].flatMap(([key, is]) => (is === 'alive' ? [key] : []));
    counts.mutants += found.size;
    for (const is of found.values()) if (is !== 'alive') counts[is]++;
    expect(survivors).toEqual([]);
  });
}

/** Over all calls a mutant is killed when one call kills it, and equivalent when it is so at all. */
type Outcome = 'killed' | 'equivalent' | 'alive';

function outcome(target: Target, program: Program): Outcome {
  if (!target.passes(program)) return 'killed';
  return target.isEquivalent(program) ? 'equivalent' : 'alive';
}

const worse = (a: Outcome | undefined, b: Outcome): Outcome => (b === 'killed' || a !== 'alive' ? b : a);

/** By title: the largest calls, two of the same types at most, and all kinks. */
function telling(targets: readonly Target[]): Target[][] {
  return [...groupBy(targets, ({ title }) => title).values()].map((group) => {
    const kinks = group.filter(({ types }) => types === 'kink');
    const others = group.filter(({ types }) => types !== 'kink').sort((a, b) => b.size - a.size);
    const varied = [...groupBy(others, ({ types }) => types).values()].flatMap((same) => same.slice(0, 2));
    return [...varied.slice(0, 8), ...kinks];
  });
}

function groupBy<T>(list: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of list) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

afterAll(() => {
  process.stdout.write(
    `mutation: ${counts.mutants} mutants, ${counts.killed} killed, ${counts.equivalent} equivalent\n`,
  );
});
