/** @file What leaves loops before and after, what is computed again, and what stays. */
import {
  add,
  broadcastTo,
  contract,
  div,
  gather,
  matmul,
  mul,
  scan,
  sigmoid,
  split,
  sqrt,
  sub,
  sum,
  tanh,
  trace,
} from '@throughline/autograd';
import type { ScanParams } from '@throughline/autograd/back-end';
import { full, type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { hoistInvariants } from './hoist-invariants.ts';
import { hoistRows } from './hoist-rows.ts';
import { recompute } from './recompute.ts';
import { sink } from './sink.ts';
import { after, bodyNames, loopsOf, shapeOf } from './testing/programs.ts';
import { tidyLoops } from './tidy-loops.ts';

const xs = full([5, 3], 0);
const h = full([3], 0);
const w = full([3, 3], 0);

describe('hoisting', () => {
  test('what is the same at every step runs once, with the views that it needs', () => {
    const program = trace(
      (a: Tensor, m: Tensor, seq: Tensor) =>
        scan((p: Tensor, x: Tensor) => ({ carry: add(p, mul(x, tanh(sum(m.transpose(), [1])))), y: null }), a, seq)
          .carry,
      h,
      w,
      xs,
    );
    const result = after(program, hoistInvariants);
    expect(bodyNames(result)).toEqual([['mul', 'add']]);
    expect(result.equations.map(({ primitive }) => primitive.name)).toEqual(['transpose', 'sum', 'tanh', 'scan']);
  });

  test('views alone stay, and a loop without steps keeps everything', () => {
    const run = (seq: Tensor) =>
      trace(
        (a: Tensor, m: Tensor, s: Tensor) =>
          scan((p: Tensor, x: Tensor) => ({ carry: matmul(add(p, x), m.transpose()), y: null }), a, s).carry,
        h,
        w,
        seq,
      );
    const program = run(xs);
    expect(hoistInvariants(program)).toBe(program);
    const empty = trace(
      (a: Tensor, m: Tensor, s: Tensor) =>
        scan((p: Tensor, x: Tensor) => ({ carry: mul(add(p, x), tanh(m)), y: null }), a, s).carry,
      w,
      w,
      full([0, 3, 3], 0),
    );
    expect(hoistInvariants(empty)).toBe(empty);
  });

  test('products, gathers and elementary functions of slices run for all steps at once, cheap maps do not', () => {
    const program = trace(
      (a: Tensor, m: Tensor, seq: Tensor, k: Tensor) =>
        scan(
          (p: Tensor, s: { x: Tensor; k: Tensor }) => ({
            carry: tanh(add(add(p, matmul(mul(s.x, 3), m)), add(gather(m, s.k), mul(sigmoid(s.x), add(s.x, 1))))),
            y: null,
          }),
          a,
          { x: seq, k },
        ).carry,
      h,
      w,
      xs,
      tensor([0, 2, 1, 1, 0], { dtype: 'int32' }),
    );
    const result = after(program, hoistRows);
    const [body] = bodyNames(result);
    expect(body?.filter((name) => ['contract', 'gather', 'sigmoid'].includes(name))).toEqual([]);
    expect(body).toContain('tanh');
    expect(body?.filter((name) => name === 'mul')).toHaveLength(1); // the one outside is what the product needs
    const outside = result.equations.map(({ primitive }) => primitive.name);
    expect(outside).toEqual(expect.arrayContaining(['contract', 'gather', 'sigmoid']));
  });

  test('a product of a slice with itself stays: it would be stacked for nothing', () => {
    const program = trace(
      (a: Tensor, seq: Tensor) =>
        scan((p: Tensor, x: Tensor) => ({ carry: tanh(add(p, contract('i,j->ij', x, x))), y: null }), a, seq).carry,
      w,
      xs,
    );
    expect(hoistRows(program)).toBe(program);
  });

  test.each([
    [
      'a schedule',
      (seq: Tensor, m: Tensor) =>
        scan((p: Tensor, x: Tensor) => ({ carry: add(p, matmul(x, m)), y: null }), h, seq, {
          checkpoint: 'sqrt' as const,
        }),
    ],
    [
      'a loop inside',
      (seq: Tensor, m: Tensor) =>
        scan(
          (p: Tensor, x: Tensor) => ({
            carry: scan((q: Tensor, v: Tensor) => ({ carry: mul(q, v), y: null }), add(p, matmul(x, m)), x).carry,
            y: null,
          }),
          h,
          seq,
        ),
    ],
  ])('nothing leaves a loop with %s', (_, run) => {
    const program = trace((seq: Tensor, m: Tensor) => run(seq, m).carry, xs, w);
    expect(hoistRows(program)).toBe(program);
    expect(sink(program)).toBe(program);
  });
});

describe('sink', () => {
  test('a product that no later step needs runs after the loop, with what is made of it', () => {
    const program = trace(
      (a: Tensor, m: Tensor, seq: Tensor) =>
        scan(
          (p: Tensor, x: Tensor) => {
            const next = tanh(add(p, x));
            return { carry: next, y: { out: sigmoid(matmul(next, m)), next } };
          },
          a,
          seq,
        ),
      h,
      w,
      xs,
    );
    const result = after(program, sink);
    expect(bodyNames(result)).toEqual([['add', 'tanh']]);
    expect(shapeOf(result)).toEqual([1, 1, 1, 1]);
  });

  test('what a later step needs stays, and so does what a loop inside reads', () => {
    const program = trace(
      (a: Tensor, m: Tensor, seq: Tensor) =>
        scan(
          (p: Tensor, x: Tensor) => {
            const next = matmul(tanh(add(p, x)), m);
            return { carry: next, y: mul(next, 2) };
          },
          a,
          seq,
        ),
      h,
      w,
      xs,
    );
    expect(sink(program)).toBe(program);
  });

  test('a cheap map of what is stacked, of which only a sum is asked, is computed by the sum', () => {
    const gate = (f: (product: Tensor, next: Tensor) => readonly Tensor[]) =>
      trace(
        (a: Tensor, seq: Tensor) => {
          const step = (p: Tensor, x: Tensor) => {
            const next = tanh(add(p, x));
            return { carry: next, y: [next, mul(next, x)] };
          };
          const [next, product] = scan(step, a, seq).ys as [Tensor, Tensor];
          return f(product, next);
        },
        h,
        xs,
      );
    const summed = after(
      gate((product, next) => [sum(product, [0]), next]),
      sink,
    );
    expect(bodyNames(summed)).toEqual([['add', 'tanh']]);
    expect(summed.equations.map(({ primitive }) => primitive.name)).toEqual(['scan', 'mul', 'sum']);
    for (const stays of [
      gate((product, next) => [sum(product, [0]), next, product]), // asked for itself
      gate((product, next) => [sum(tanh(product), [0]), next]), // by a map
      gate((product) => [sum(product, [0])]), // next would have to be stacked in its place
    ]) {
      const program = tidyLoops(stays);
      expect(sink(program)).toBe(program);
    }
  });

  test('maps alone stay', () => {
    const program = trace(
      (a: Tensor, seq: Tensor) => scan((p: Tensor, x: Tensor) => ({ carry: add(p, x), y: sigmoid(p) }), a, seq),
      h,
      xs,
    );
    expect(sink(program)).toBe(program);
  });
});

describe('recompute', () => {
  /** A loop that stacks, and another that reads it backwards. */
  const both = (made: (s: Tensor) => readonly Tensor[]) =>
    trace(
      (a: Tensor, seq: Tensor) => {
        const first = scan(
          (p: Tensor, x: Tensor) => {
            const s = sigmoid(add(p, x));
            return { carry: s, y: made(s) };
          },
          a,
          seq,
        );
        return scan(
          (p: Tensor, ys: readonly Tensor[]) => ({ carry: ys.reduce((sum, y) => tanh(add(sum, y)), p), y: null }),
          a,
          first.ys,
          { reverse: true },
        ).carry;
      },
      h,
      xs,
    );

  test('cheap maps of what is stacked are not stacked', () => {
    const result = after(
      both((s) => [s, mul(s, sub(1, s)), mul(s, s)]),
      recompute,
      tidyLoops,
    );
    const [forward, back] = loopsOf(result) as [ScanParams, ScanParams]; // two
    expect(forward.body.outputs.length - forward.carry).toBe(1);
    expect(back.body.inputs.length - back.carry - back.constants).toBe(1);
  });

  test('a part of a cheap map is not stacked either', () => {
    const part = (x: Tensor): Tensor => split(mul(x, x), [3, 0])[0] as Tensor; // two parts
    const result = after(
      both((s) => [s, part(s)]),
      recompute,
      tidyLoops,
    );
    expect(loopsOf(result).map(({ body, carry }) => body.outputs.length - carry)).toEqual([1, 0]);
  });

  test('what several come from is stacked in their place, where it is less', () => {
    const stacked = (made: (s: Tensor) => readonly Tensor[]) =>
      loopsOf(after(both(made), recompute, tidyLoops)).map(({ body, carry }) =>
        body.outputs.slice(carry).map((id) => body.types[id]?.shape),
      );
    const quotients = (s: Tensor, t = tanh(s)) => [div(t, s), mul(t, 2), s];
    expect(stacked(quotients)).toEqual([[[3], [3]], []]);
    const repeated = (s: Tensor) => [mul(broadcastTo(tanh(sum(s)), [3]), 2), add(sqrt(sum(s)), s), s];
    expect(stacked(repeated)).toEqual([[[3], [], []], []]);
    const alone = both((s) => [mul(tanh(s), 2), s]);
    expect(recompute(alone)).toBe(alone);
  });

  test('elementary functions and values whose origin is not stacked are', () => {
    for (const program of [both((s) => [s, tanh(s)]), both((s) => [mul(s, sub(1, s))])])
      expect(recompute(program)).toBe(program);
  });

  test('what is read outside loops is stacked', () => {
    const program = trace(
      (a: Tensor, seq: Tensor) => {
        const { ys } = scan((p: Tensor, x: Tensor) => ({ carry: tanh(p), y: [x.mul(2)] as const }), a, seq);
        return [
          scan((p: Tensor, y: Tensor) => ({ carry: tanh(add(p, y)), y: null }), a, ys[0]).carry,
          sum(ys[0]),
        ] as const;
      },
      h,
      xs,
    );
    expect(recompute(program)).toBe(program);
  });
});
