import { known, type VarId } from '@throughline/autograd/back-end';
import { ensure } from '../collections.ts';
import type { Draft } from './draft.ts';
import { isLoop, type Loop, readIn, rewriteLoops, type Slot, slotOf } from './loop.ts';
import { keepFirsts, numbersOf, numberValues } from './numbering.ts';
import type { Pass } from './pass.ts';
import { rangeAlong } from './ranges.ts';
import { addNeeded } from './rank.ts';

/**
 * Exact: every value of a loop once, and none that nobody reads.
 *
 * Equal equations of a body become one, and so do equal ys and equal carries: those that start alike and, where they are
 * taken to be alike, go on alike. A carry that never changes and a sequence of one slice over and over become constants;
 * ys that are sequences or constants do not pass through the loop; what is not read is dropped.
 */
export const tidyLoops: Pass = (program, say) => {
  if (!program.equations.some(isLoop)) return program;
  const read = readIn(program);
  // what this pass has made outside has no number, and one below 0 instead
  const startKey = (id: VarId): string => `${numbersOf(program).of[id] ?? -id}`;
  return rewriteLoops(program, (loop, outside) => {
    const before = counts(loop);
    const equations = mergeEqual(loop, outside, read, startKey);
    fixCarries(loop, outside);
    fixSequences(loop, outside);
    leaveEarly(loop, outside);
    const dead = dropUnread(loop, read);
    const after = counts(loop);
    const changed = before.some((n, i) => n !== after[i]);
    if (changed) say?.(...before.map((n, i) => n - (after[i] ?? 0)));
    return changed || equations || dead;
  });
};

const counts = ({ constants, carries, xs, ys }: Loop): number[] =>
  [constants, carries, xs, ys].map(({ length }) => length);

/** Numbers the body's values, taking carries of one class to be equal, until the classes hold. */
function classify(loop: Loop, startKey: (id: VarId) => string) {
  let classes = loop.carries.map(({ start }) => startKey(start));
  const keys = new Map<VarId, string>();
  for (const { inner, outer } of loop.constants) keys.set(inner, `constant ${outer}`);
  for (const { inner, outer } of loop.xs) keys.set(inner, `slice ${outer}`);
  const program = { ...loop.program, constants: loop.body.constants, equations: loop.body.equations };
  for (;;) {
    loop.carries.forEach(({ inner }, i) => {
      keys.set(inner, `carry ${classes[i]}`);
    });
    const numbers = numberValues(program, (id) => keys.get(id) ?? '');
    const refined = loop.carries.map(({ next }, i) => `${classes[i]}>${numbers.of[next]}`);
    if (new Set(refined).size === new Set(classes).size) return { numbers, classes };
    classes = indexed(refined);
  }
}

const indexed = (keys: readonly string[]): string[] => {
  const list = [...new Set(keys)];
  return keys.map((key) => `${list.indexOf(key)}`);
};

/** The first of each group, and what is done with the others. */
function firsts<T>(list: readonly T[], key: (item: T, i: number) => string, merge: (item: T, first: T) => void): T[] {
  const kept = new Map<string, T>();
  return list.filter((item, i) => {
    const first = ensure(kept, key(item, i), () => item);
    if (first !== item) merge(item, first);
    return first === item;
  });
}

/** Equal values become one. Whether equations went. */
function mergeEqual(loop: Loop, outside: Draft, read: Set<VarId>, startKey: (id: VarId) => string): boolean {
  const { body } = loop;
  const { numbers, classes } = classify(loop, startKey);
  const outer = (from: VarId, to: VarId): void => {
    outside.rename(from, to);
    if (read.has(from)) read.add(to);
  };
  const sameSlot = (slot: Slot, first: Slot): void => body.rename(slot.inner, first.inner);
  loop.constants = firsts(loop.constants, (slot) => `${slot.outer}`, sameSlot);
  loop.xs = firsts(loop.xs, (slot) => `${slot.outer}`, sameSlot);
  loop.carries = firsts(
    loop.carries,
    (_, i) => classes[i] as string, // one per carry
    (carry, first) => {
      body.rename(carry.inner, first.inner);
      outer(carry.last, first.last);
    },
  );
  loop.ys = firsts(
    loop.ys,
    ({ inner }) => `${numbers.of[inner]}`,
    (y, first) => outer(y.outer, first.outer),
  );
  const { equations } = body;
  body.equations = [];
  keepFirsts(body, equations, numbers);
  return body.equations.length < equations.length;
}

/** Carries that stay what they are. */
function fixCarries(loop: Loop, outside: Draft): void {
  const { body } = loop;
  const fixed = loop.carries.filter(({ inner, next, start }) => {
    const after = body.name(next);
    return after === body.name(inner) || loop.constants.some((c) => c.inner === after && c.outer === start);
  });
  for (const { inner, start, last } of fixed) {
    loop.constants.push({ inner, outer: start });
    outside.rename(last, start);
  }
  if (fixed.length > 0) loop.carries = loop.carries.filter((carry) => !fixed.includes(carry));
}

/** Sequences whose slices are all the same become constants. */
function fixSequences(loop: Loop, outside: Draft): void {
  if (loop.params.length === 0) return;
  loop.xs = loop.xs.filter(({ inner, outer }) => {
    if (!repeatsInTime(outside, outer)) return true;
    loop.constants.push({ inner, outer: firstSlice(outside, outer) });
    return false;
  });
}

/** Whether a variable is repeated along its leading axis. */
function repeatsInTime(outside: Draft, id: VarId): boolean {
  const maker = outside.maker(id);
  if (maker?.primitive !== known.broadcastTo) return false;
  const own = outside.type(maker.inputs[0] as VarId).shape; // it has one operand
  return own.length < outside.type(id).shape.length || own[0] === 1;
}

function firstSlice(outside: Draft, id: VarId): VarId {
  const { shape } = outside.type(id);
  const first = outside.one(known.slice, [id], { ...rangeAlong(shape, 0, 0, 1) });
  return outside.one(known.reshape, [first], { shape: shape.slice(1) });
}

/** Ys that are a sequence, or a constant at every step, need no loop. */
function leaveEarly(loop: Loop, outside: Draft): void {
  const { body } = loop;
  loop.ys = loop.ys.filter(({ inner, outer }) => {
    const id = body.name(inner);
    const value = body.constants.get(id);
    const constant = slotOf(loop.constants, id)?.outer ?? (value && outside.hold(value));
    const everyStep = constant === undefined ? undefined : repeated(outside, constant, loop.params.length);
    const whole = slotOf(loop.xs, id)?.outer ?? everyStep;
    if (whole !== undefined) outside.rename(outer, whole);
    return whole === undefined;
  });
}

const repeated = (outside: Draft, id: VarId, length: number): VarId =>
  outside.one(known.broadcastTo, [id], { shape: [length, ...outside.type(id).shape] });

/** Drops what nothing reads; whether equations of the body were among it. */
function dropUnread(loop: Loop, read: ReadonlySet<VarId>): boolean {
  const { body } = loop;
  loop.ys = loop.ys.filter(({ outer }) => read.has(outer));
  const needed = new Set<VarId>();
  let carries = loop.carries.filter(({ last }) => read.has(last));
  for (const { inner } of loop.ys) needed.add(body.name(inner));
  for (;;) {
    for (const { next } of carries) needed.add(body.name(next));
    addNeeded(body.equations, needed);
    const alive = loop.carries.filter((carry) => carries.includes(carry) || needed.has(carry.inner));
    if (alive.length === carries.length) break;
    carries = alive;
  }
  loop.carries = carries;
  loop.constants = loop.constants.filter(({ inner }) => needed.has(inner));
  loop.xs = loop.xs.filter(({ inner }) => needed.has(inner));
  return body.equations.some(({ outputs }) => !outputs.some((id) => needed.has(id)));
}
