import { type Equation, known, type Program, type VarId } from '@throughline/autograd/back-end';
import type { Draft } from './draft.ts';
import { type Loop, openSlot, rewriteLoops, type Slot } from './loop.ts';
import type { Pass } from './pass.ts';
import { type Ranges, rangesOf, takesAll } from './ranges.ts';
import { stacked } from './stacked.ts';

/**
 * Joins and cuts beside the axis of time pass through loops (exact). Ys that are joined outside are joined by each step:
 * one array is written, of which they are parts. Sequences that are parts of one array are cut by each step: one array is
 * read.
 */
export const concatThroughLoops: Pass = (program, say) => {
  const joins = joinsOf(program);
  return rewriteLoops(program, (loop, outside) => {
    const ys = joinYs(loop, outside, joins);
    const xs = cutXs(loop, outside);
    if (ys + xs > 0) say?.(ys, xs);
    return ys + xs > 0;
  });
};

/** Joins beside the leading axis, those of most operands first. */
const joinsOf = ({ equations }: Program): Equation[] =>
  equations
    .filter(({ primitive, params }) => primitive === known.concat && (params.axis as number) > 0) // of concat
    .sort((p, q) => q.inputs.length - p.inputs.length);

/** How many ys became parts of joined ones. */
function joinYs(loop: Loop, outside: Draft, joins: readonly Equation[]): number {
  const ys = new Map(loop.ys.map((slot) => [slot.outer, slot]));
  const gone = new Set<Slot>();
  for (const { inputs, outputs, params } of joins) {
    const parts = inputs.map((id) => ys.get(id));
    if (parts.includes(undefined) || new Set(inputs).size < inputs.length) continue;
    const slots = parts as Slot[]; // none is missing
    const axis = params.axis as number; // of concat
    const row = slots.map(({ inner }) => inner);
    const inner = loop.body.one(known.concat, row, { axis: axis - 1 });
    const outer = stacked(loop, outside, inner);
    outside.rename(outputs[0] as VarId, outer); // a concat has one result
    loop.after.push(() => {
      const sizes = inputs.map((id) => outside.type(id).shape[axis] as number); // it has that axis
      const cut = outside.add(known.split, [outer], { sizes, axis });
      inputs.forEach((id, k) => {
        if (outside.name(id) === id) outside.rename(id, cut[k] as VarId); // one part each
      });
    });
    for (const slot of slots) gone.add(slot);
  }
  loop.ys = loop.ys.filter((slot) => !gone.has(slot));
  return gone.size;
}

/** How many sequences are cut from others in the body now. */
function cutXs(loop: Loop, outside: Draft): number {
  let count = 0;
  for (const slot of [...loop.xs]) {
    const cut = cutOf(slot.outer, outside);
    if (cut === null) continue;
    const { dtype, shape } = outside.type(cut.from);
    const whole = openSlot(loop.body, loop.xs, cut.from, { dtype, shape: shape.slice(1) });
    // First in the body, for anything may read it; what was an input is its result.
    const slice = { primitive: known.slice, inputs: [whole.inner], params: { ...cut.row }, outputs: [slot.inner] };
    loop.body.equations = [slice, ...loop.body.equations];
    loop.xs = loop.xs.filter((other) => other !== slot);
    count++;
  }
  return count;
}

interface Cut {
  readonly from: VarId;
  /** The same part of one row. */
  readonly row: Ranges;
}

/** What a variable is a part of, when it has all its rows. */
function cutOf(id: VarId, outside: Draft): Cut | null {
  const maker = outside.maker(id);
  if (maker === undefined) return null;
  const from = maker.inputs[0] as VarId; // split and slice have one operand
  const { shape } = outside.type(from);
  const ranges = rangesOf(maker, maker.outputs.indexOf(id), shape);
  if (ranges === null || !takesAll(ranges, shape, 0)) return null;
  const { starts, stops, steps } = ranges;
  return { from, row: { starts: starts.slice(1), stops: stops.slice(1), steps: steps.slice(1) } };
}
