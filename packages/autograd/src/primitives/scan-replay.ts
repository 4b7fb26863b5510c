/** @file Loops of eager values as one entry of a tape, which runs them again. */
import { Concrete, isDifferentiable, type Tensor } from '@throughline/tensor';
import { runFirst } from '../first-run.ts';
import type { Cotangent } from '../primitive.ts';
import { bindDerived, bindReplay, pullRun, type Replay, replayAs } from '../replay.ts';
import { Traced } from '../value.ts';
import { add } from './maps/arithmetic.ts';
import { type Loop, type Ran, runSteps } from './scan-eager.ts';
import { Gather, stretchesOf } from './scan-rows.ts';
import { firstKept, type Plan, planOf, type Schedule, stride } from './schedule.ts';

const entry = replayAs('scan');

/** The loop as one entry of the tape: it keeps some carries, and its sweep runs the stretches between them again. */
export function runReplayed(loop: Loop, init: readonly Tensor[], xs: readonly Tensor[], schedule: Schedule): Ran {
  const plan = planOf(schedule, loop.length);
  if (plan.blocks <= 1) return runSteps(loop, 0, loop.length, init, xs);
  const wanted = new Set(firstKept(plan).map((block) => block * plan.block));
  const kept: Snapshot[] = [];
  const counts = { carry: init.length, xs: xs.length };
  const first = runFirst(
    'scan',
    (args) => {
      const before = (n: number, carry: readonly Tensor[]): void => {
        if (wanted.has(n)) kept.push({ at: n / plan.block, carry: carry.map((x) => x.concrete('scan')) });
      };
      const { carry, ys } = runSteps(loop, 0, loop.length, args.slice(0, counts.carry), args.slice(counts.carry), {
        before,
      });
      return [...carry, ...ys];
    },
    [...init, ...xs],
  );
  const { outputs, operands, again } = first;
  const split = (all: readonly Tensor[]): Ran => ({ carry: all.slice(0, counts.carry), ys: all.slice(counts.carry) });
  if (!operands.some((x) => x instanceof Traced)) return split(outputs);
  const stretch: Stretch = (all, from, count, ys) =>
    again(all, (args) => {
      const ran = runSteps(loop, from, count, args.slice(0, counts.carry), args.slice(counts.carry), { ys });
      return [...ran.carry, ...ran.ys];
    });
  const replay: Replay = {
    run: (all) => stretch(all, 0, loop.length, true),
    pull: (all, cts, asked) => pullBlocks({ loop, plan, kept, counts, stretch }, all, cts, asked),
  };
  return split(bindReplay(entry, operands, { replay, known: [outputs] }));
}

/** The carry that enters a block. */
interface Snapshot {
  readonly at: number;
  readonly carry: readonly Tensor[];
}

/** Runs some steps, of (carry, their slices, captures). */
type Stretch = (operands: readonly Tensor[], from: number, count: number, ys: boolean) => readonly Tensor[];

interface Replayed {
  readonly loop: Loop;
  readonly plan: Plan;
  /** What the forward run kept: the first sweep on numbers takes it, and lets go of it as it goes back. */
  readonly kept: Snapshot[];
  readonly counts: { readonly carry: number; readonly xs: number };
  readonly stretch: Stretch;
}

/**
 * Backpropagation through time by blocks. On numbers the schedule is followed to the step. When this sweep is itself
 * recorded, for a derivative of a derivative, it is cut in √T blocks, each of them one op that runs again in its turn.
 */
function pullBlocks(
  { loop, plan, kept, counts, stretch }: Replayed,
  operands: readonly Tensor[],
  cts: readonly Cotangent[],
  wanted: readonly boolean[],
): Cotangent[] {
  const { length, reverse } = loop;
  const onNumbers = [...operands, ...cts].every((x) => x === null || x instanceof Concrete);
  const { block, blocks, keep } = onNumbers ? plan : planOf('sqrt', length);
  const size = (i: number): number => Math.min(block, length - i * block);
  const place = (i: number): number => (reverse ? blocks - 1 - i : i); // along the axis
  const sizes = Array.from({ length: blocks }, (_, i) => size(place(i)));
  const [firstX, firstCapture] = [counts.carry, counts.carry + counts.xs];
  const xs = operands.slice(firstX, firstCapture);
  const captures = operands.slice(firstCapture);
  const xsOf = xs.map((x) => stretchesOf(x, sizes));
  const ctsOf = cts.slice(firstX).map((ct) => ct && stretchesOf(ct, sizes));
  const dxs = xs.map((x) => new Gather(x, sizes));
  const sums = captures.map((): Cotangent => null);
  const asked = operands.map((x, i) => isDifferentiable(x) && (i < firstX || wanted[i] === true));
  let flowing: readonly Cotangent[] = cts.slice(0, firstX);

  const operandsAt = (i: number, carry: readonly Tensor[]): Tensor[] => [
    ...carry,
    ...xsOf.map((x) => x(place(i))),
    ...captures,
  ];
  const advance = (from: number, to: number, start: readonly Tensor[]): readonly Tensor[] => {
    let carry = start;
    for (let i = from; i < to; i++) {
      const run = (all: readonly Tensor[]): readonly Tensor[] => stretch(all, i * block, size(i), false);
      carry = bindReplay(entry, operandsAt(i, carry), { replay: { run } });
    }
    return carry;
  };
  const pullBlock = (i: number, carry: readonly Tensor[]): void => {
    const given = [...flowing, ...ctsOf.map((ct) => ct?.(place(i)) ?? null)];
    if (given.every((ct) => ct === null)) return;
    const run = (all: readonly Tensor[]): readonly Tensor[] => stretch(all, i * block, size(i), true);
    const incoming = bindDerived(entry, operandsAt(i, carry), given, (all, some) => pullRun(run, all, some, asked));
    flowing = incoming.slice(0, firstX);
    dxs.forEach((gather, k) => {
      const ct = incoming[firstX + k];
      if (ct) gather.put(place(i), reverse ? length - i * block - size(i) : i * block, ct);
    });
    incoming.slice(firstCapture).forEach((ct, k) => {
      if (ct) sums[k] = sums[k] ? add(sums[k], ct) : ct;
    });
  };

  const stack: Snapshot[] = [{ at: 0, carry: operands.slice(0, firstX) }, ...(onNumbers ? kept.splice(0) : [])];
  for (let last = blocks - 1; last >= 0; last--) {
    let top = stack.at(-1) as Snapshot; // the first block's is taken last
    for (let free = keep - (stack.length - 1); top.at < last && free > 0; free--) {
      const at = top.at + stride(last + 1 - top.at, free);
      top = { at, carry: advance(top.at, at, top.carry) };
      stack.push(top);
    }
    pullBlock(last, advance(top.at, last, top.carry));
    if (top.at === last) stack.pop();
  }
  return [...flowing, ...dxs.map((gather) => gather.whole()), ...sums];
}
