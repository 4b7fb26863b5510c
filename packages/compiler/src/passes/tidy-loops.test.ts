/** @file What tidyLoops and mergeScans do, and what they leave alone. */
import { add, mul, scan, sub, tanh, trace } from '@throughline/autograd';
import { typeOf } from '@throughline/autograd/back-end';
import { full, type Tensor, tensor, zeros } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { mergeScans } from './merge-scans.ts';
import { after, bodyNames, shapeOf } from './testing/programs.ts';
import { tidyLoops } from './tidy-loops.ts';

const xs = full([5, 3], 0);
const h = full([3], 0);

describe('tidyLoops', () => {
  test('carries that start and go on alike are one, also where each reads the other', () => {
    const program = trace(
      (a: Tensor, seq: Tensor) =>
        scan(
          ({ p, q }: { p: Tensor; q: Tensor }, x: Tensor) => ({
            carry: { p: tanh(add(q, x)), q: tanh(add(p, x)) },
            y: mul(p, q),
          }),
          { p: a, q: a },
          seq,
        ),
      h,
      xs,
    );
    const result = after(program, tidyLoops);
    expect(shapeOf(result)).toEqual([0, 1, 1, 1]);
    expect(bodyNames(result)).toEqual([['add', 'tanh', 'mul']]);
  });

  test('what is the same at every step is repeated outside, also the first of all variables', () => {
    const program = trace(
      (a: Tensor, seq: Tensor) => scan((c: Tensor, x: Tensor) => ({ carry: add(c, x), y: a }), zeros([3]), seq).ys,
      h,
      xs,
    );
    const result = after(program, tidyLoops);
    expect(result.outputs.map((id) => typeOf(result, id).shape)).toEqual([[5, 3]]);
    expect(bodyNames(result)).toEqual([]);
  });

  test('carries that start alike and go on otherwise are two, whatever they do in between', () => {
    const program = trace(
      (a: Tensor, seq: Tensor) =>
        scan(
          ({ p, q }: { p: Tensor; q: Tensor }, x: Tensor) => ({ carry: { p: add(q, x), q: sub(p, x) }, y: null }),
          { p: a, q: a },
          seq,
        ).carry,
      h,
      xs,
    );
    expect(shapeOf(after(program, tidyLoops))).toEqual([0, 2, 1, 0]);
  });

  test('carries that go on alike and start otherwise are two', () => {
    const program = trace(
      (a: Tensor, b: Tensor, seq: Tensor) =>
        scan(
          ({ p, q }: { p: Tensor; q: Tensor }, x: Tensor) => ({ carry: { p: mul(p, x), q: mul(q, x) }, y: null }),
          { p: a, q: b },
          seq,
        ).carry,
      h,
      h,
      xs,
    );
    expect(shapeOf(after(program, tidyLoops))).toEqual([0, 2, 1, 0]);
  });

  test('zeros start alike however they are written; zeros of another sign do not', () => {
    const run = (p: Tensor, q: Tensor) =>
      trace(
        (seq: Tensor) =>
          scan(
            (s: { p: Tensor; q: Tensor }, x: Tensor) => ({ carry: { p: mul(s.p, x), q: mul(s.q, x) }, y: null }),
            { p, q },
            seq,
          ).carry,
        xs,
      );
    expect(shapeOf(after(run(full([3], 0), full([3], 0)), tidyLoops))).toEqual([0, 1, 1, 0]);
    expect(shapeOf(after(run(full([3], 0), full([3], -0)), tidyLoops))).toEqual([0, 2, 1, 0]);
  });

  test('what nobody reads goes: ys, then carries that only they read, then what those read', () => {
    const program = trace(
      (a: Tensor, b: Tensor, seq: Tensor, other: Tensor) =>
        scan(
          ({ p, q }: { p: Tensor; q: Tensor }, { x, o }: { x: Tensor; o: Tensor }) => ({
            carry: { p: mul(p, x), q: tanh(mul(q, add(o, b))) },
            y: q,
          }),
          { p: a, q: a },
          { x: seq, o: other },
        ).carry.p,
      h,
      h,
      xs,
      xs,
    );
    expect(shapeOf(after(program, tidyLoops))).toEqual([0, 1, 1, 0]);
  });

  test('a carry that another needs stays, though nobody reads its last value', () => {
    const program = trace(
      (a: Tensor, seq: Tensor) =>
        scan(
          ({ p, q }: { p: Tensor; q: Tensor }, x: Tensor) => ({ carry: { p: add(p, q), q: mul(q, x) }, y: null }),
          { p: a, q: tanh(a) },
          seq,
        ).carry.p,
      h,
      xs,
    );
    expect(shapeOf(after(program, tidyLoops))).toEqual([0, 2, 1, 0]);
  });

  test('a carry that stays what it is becomes a constant, and its last value its first', () => {
    const program = trace(
      (a: Tensor, b: Tensor, seq: Tensor) =>
        scan(
          ({ p, q }: { p: Tensor; q: Tensor }, x: Tensor) => ({ carry: { p: add(p, mul(q, x)), q }, y: null }),
          { p: a, q: b },
          seq,
        ).carry,
      h,
      h,
      xs,
    );
    expect(shapeOf(after(program, tidyLoops))).toEqual([1, 1, 1, 0]);
  });

  test('a sequence of one slice becomes a constant; one that only looks like it does not', () => {
    const run = (spread: (b: Tensor) => Tensor) =>
      trace(
        (a: Tensor, b: Tensor, seq: Tensor) =>
          scan((p: Tensor, { x, o }: { x: Tensor; o: Tensor }) => ({ carry: add(p, mul(o, x)), y: null }), a, {
            x: seq,
            o: spread(b),
          }).carry,
        h,
        full([5], 0),
        xs,
      );
    expect(
      shapeOf(
        after(
          run((b) => b.reshape([5, 1]).broadcastTo([5, 3])),
          tidyLoops,
        ),
      ),
    ).toEqual([0, 1, 2, 0]);
    expect(
      shapeOf(
        after(
          run((b) => b.slice([0], [3]).broadcastTo([5, 3])),
          tidyLoops,
        ),
      ),
    ).toEqual([1, 1, 1, 0]);
  });

  test('ys that are a sequence, or the same at every step, do not pass through the loop', () => {
    const program = trace(
      (a: Tensor, b: Tensor, seq: Tensor) =>
        scan((p: Tensor, x: Tensor) => ({ carry: mul(p, x), y: { x, b, one: tensor([1, 2]) } }), a, seq),
      h,
      h,
      xs,
    );
    expect(shapeOf(after(program, tidyLoops))).toEqual([0, 1, 1, 0]);
  });

  test('what is tidy is given back as it is', () => {
    const program = trace(
      (a: Tensor, seq: Tensor) => scan((p: Tensor, x: Tensor) => ({ carry: mul(p, x), y: p }), a, seq),
      h,
      xs,
    );
    expect(tidyLoops(program)).toBe(program);
  });
});

describe('mergeScans', () => {
  const run = (seq: Tensor, options = {}) =>
    scan((p: Tensor, x: Tensor) => ({ carry: tanh(add(p, x)), y: p }), h, seq, options);

  test('two runs are one, between which others stand that need the first', () => {
    const program = trace((seq: Tensor) => {
      const first = run(seq);
      const between = mul(first.carry, 2);
      const second = run(seq);
      return [between, first.ys, second.ys, add(second.carry, between)] as const;
    }, xs);
    const result = after(program, mergeScans, tidyLoops);
    expect(shapeOf(result)).toEqual([0, 1, 1, 1]);
  });

  test('loops of which one needs the other stay two, also through others', () => {
    const program = trace((seq: Tensor) => run(mul(run(seq).ys, 2)), xs);
    expect(mergeScans(program)).toBe(program);
  });

  test.each([
    ['directions', { reverse: true }, xs],
    ['lengths', {}, full([4, 3], 0)],
    ['schedules', { checkpoint: 'sqrt' }, xs],
  ])('%s that differ keep them apart', (_, options, other) => {
    const program = trace((a: Tensor, b: Tensor) => [run(a), run(b, options)] as const, xs, other);
    expect(mergeScans(program)).toBe(program);
  });

  test('three loops over different sequences are one', () => {
    const program = trace((a: Tensor, b: Tensor, c: Tensor) => [run(a), run(b), run(c)] as const, xs, xs, xs);
    expect(shapeOf(after(program, mergeScans, tidyLoops))).toEqual([0, 3, 3, 3]);
  });
});
