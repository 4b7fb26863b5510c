import { full, type Tensor, tensor } from '@throughline/tensor';
import { bitEqual, maxDeviation } from '@throughline/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  add,
  evaluate,
  exp,
  flatten,
  grad,
  jvp,
  key,
  matmul,
  mul,
  normal,
  onTape,
  type Schedule,
  scan,
  splitKey,
  stack,
  sum,
  tanh,
  trace,
  unstack,
  vjp,
  vmap,
} from '../index.ts';
import { print, verify } from '../symbolic/index.ts';
import { type Arguments, type Body, loop, loopCases, loss, weights } from '../testing/random-loops.ts';

const schedules: fc.Arbitrary<Schedule> = fc.constantFrom<Schedule>(
  'sqrt',
  { every: 1 },
  { every: 2 },
  { every: 3 },
  { every: 50 },
  { snapshots: 1, block: 1 },
  { snapshots: 2, block: 1 },
  { snapshots: 4, block: 1 },
  { snapshots: 2, block: 3 },
  { snapshots: 9 },
);
const isLeaf = (v: unknown): v is Tensor | null => v === null || (typeof v === 'object' && 'dtype' in v);
const leavesOf = (tree: unknown): Tensor[] => flatten('test', tree, isLeaf).leaves.filter((leaf) => leaf !== null);
const replay = (f: (args: Arguments) => unknown, args: Arguments): Tensor[] =>
  evaluate(verify(trace((a: Arguments) => leavesOf(f(a)), args)), leavesOf(args));

function expectClose(actual: readonly Tensor[], expected: readonly Tensor[]): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((x, k) => {
    expect(maxDeviation(x, expected[k] as Tensor), `leaf ${k}`).toBeLessThan(1e-12);
  });
}
const check = (runs: number, lengths: readonly number[], law: (body: Body, args: Arguments, s: Schedule) => void) =>
  fc.assert(
    fc.property(loopCases(lengths), schedules, ({ body, args }, schedule) => law(body, args, schedule)),
    { seed: 5, numRuns: runs },
  );
const curvature = (f: (a: Arguments) => Tensor) =>
  grad((a: Arguments) =>
    leavesOf(grad(f)(a)).reduce<Tensor>((total, leaf) => add(total, sum(mul(leaf, weights(leaf)))), tensor(0)),
  );
const options = { timeout: 120_000 };

describe('a loop under a schedule is the loop', () => {
  test('forward, bit for bit, on a tape and traced', options, () => {
    check(40, [1, 2, 7, 13, 0], (body, args, schedule) => {
      const plain = leavesOf(loop(body)(args));
      const { result } = onTape((input) =>
        loop(body, schedule)({ ...args, captured: { ...args.captured, w: input(args.captured.w) } }),
      );
      expect(leavesOf(result).every((x, k) => bitEqual(x, plain[k] as Tensor))).toBe(true);
      expect(replay(loop(body, schedule), args).every((x, k) => bitEqual(x, plain[k] as Tensor))).toBe(true);
    });
  });
  test('gradients to 1e-12: of the entry, of the traced sweep, and of the equation', options, () => {
    check(60, [1, 2, 7, 13, 0], (body, args, schedule) => {
      const plain = leavesOf(grad(loss(body))(args));
      expectClose(leavesOf(grad(loss(body, schedule))(args)), plain);
      expectClose(replay(grad(loss(body, schedule)), args), plain);
      const program = trace(loss(body, schedule), args);
      expectClose(leavesOf(grad((a: Arguments) => evaluate(program, leavesOf(a))[0] as Tensor)(args)), plain);
    });
  });
  test('second derivatives to 1e-12', options, () => {
    check(16, [1, 7, 5], (body, args, schedule) => {
      const plain = leavesOf(curvature(loss(body))(args));
      expectClose(leavesOf(curvature(loss(body, schedule))(args)), plain);
      expectClose(replay(curvature(loss(body, schedule)), args), plain);
    });
  });
  test('tangents, and forward over reverse, to 1e-12', options, () => {
    check(16, [2, 7], (body, args, schedule) => {
      const along =
        <Y>(f: (a: Arguments) => Y) =>
        (a: Arguments) => {
          const flat = flatten('test', a);
          const tangent = flat.rebuild(flat.leaves.map((x) => (x.dtype === 'float64' ? weights(x) : null)));
          return leavesOf(jvp(f, a, tangent as never).tangent); // in the structure of a
        };
      const [f, plain] = [loss(body, schedule), loss(body)];
      expectClose(along(f)(args), along(plain)(args));
      expectClose(replay(along(f), args), along(plain)(args));
      expectClose(along(grad(f))(args), along(grad(plain))(args));
      expectClose(replay(along(grad(f)), args), along(grad(plain))(args));
    });
  });
});

describe('awkward loops', () => {
  const every: Schedule = { every: 2 };
  const xs = tensor([0.5, -1, 2, 0.25, 1.5]);

  test('a carry that a step exchanges for a captured value, and a y that is one', () => {
    const f = (schedule: Schedule) => (w: Tensor) => {
      const { carry, ys } = scan(
        (h: Tensor, x: Tensor) => ({ carry: x.item() > 1 ? w : mul(h, x), y: w }),
        mul(w, 2),
        xs,
        {
          checkpoint: schedule,
        },
      );
      return add(mul(carry, carry), sum(mul(ys, xs)));
    };
    expectClose([grad(f(every))(tensor(0.7))], [grad(f('all'))(tensor(0.7))]);
    expectClose([grad(f({ snapshots: 1, block: 1 }))(tensor(0.7))], [grad(f('all'))(tensor(0.7))]);
  });
  test('keys in the carry: the same noise in every run', () => {
    const f = (schedule: Schedule) => (w: Tensor) =>
      scan(
        ({ h, k }: { h: Tensor; k: Tensor }, x: Tensor) => {
          const [next, own] = splitKey(k) as [Tensor, Tensor];
          return { carry: { h: tanh(add(mul(w, h), mul(x, normal(own, [])))), k: next }, y: h };
        },
        { h: tensor(0.1), k: key(3) },
        xs,
        { checkpoint: schedule, reverse: true },
      ).carry.h;
    const plain = grad(f('all'))(tensor(0.7));
    expectClose([grad(f('sqrt'))(tensor(0.7)), grad(f({ snapshots: 1, block: 1 }))(tensor(0.7))], [plain, plain]);
    const program = trace((w: Tensor) => grad(f(every))(w), tensor(0.7));
    expectClose(evaluate(program, [tensor(0.7)]), [plain]);
  });
  test('an infinity in an unused carry does not become NaN', () => {
    const f = (schedule: Schedule) => (w: Tensor) =>
      sum(
        scan(
          (s: { big: Tensor; h: Tensor }, x: Tensor) => ({
            carry: { big: exp(mul(mul(s.big, w), 800)), h: tanh(add(s.h, mul(w, x))) },
            y: s.h,
          }),
          { big: tensor(2), h: tensor(0.25) },
          xs,
          { checkpoint: schedule },
        ).ys,
      );
    const plain = grad(f('all'))(tensor(0.5));
    expect(Number.isFinite(plain.item())).toBe(true);
    expectClose([grad(f(every))(tensor(0.5))], [plain]);
    expectClose(
      evaluate(
        trace((w: Tensor) => grad(f(every))(w), tensor(0.5)),
        [tensor(0.5)],
      ),
      [plain],
    );
  });
  test('a loop within a loop, both under schedules', () => {
    const nested = (outer: Schedule, inner: Schedule) => (w: Tensor) => {
      const chain = (v: Tensor, x: Tensor) =>
        scan((h: Tensor, z: Tensor) => ({ carry: tanh(add(mul(v, h), z)), y: mul(h, w) }), x, xs, {
          checkpoint: inner,
        });
      return sum(
        scan((h: Tensor, x: Tensor) => ({ carry: add(h, mul(chain(mul(w, x), h).carry, w)), y: h }), w, xs, {
          checkpoint: outer,
        }).ys,
      );
    };
    const plain = grad(nested('all', 'all'))(tensor(0.7));
    for (const [outer, inner] of [
      [every, 'sqrt'],
      ['sqrt', 'all'],
      ['all', every],
    ] as const) {
      const f = nested(outer, inner);
      expectClose([grad(f)(tensor(0.7))], [plain]);
      expectClose(
        evaluate(
          trace((w: Tensor) => grad(f)(w), tensor(0.7)),
          [tensor(0.7)],
        ),
        [plain],
      );
    }
  });
  test('a sequence that is recorded, and a pullback that is called twice, later', () => {
    const run = (schedule: Schedule) => {
      const { pullback } = vjp(
        (v: Tensor) =>
          scan((h: Tensor, x: Tensor) => ({ carry: tanh(mul(h, x)), y: mul(h, v) }), v, mul(xs, v), {
            checkpoint: schedule,
          }),
        tensor(0.7),
      );
      const ct = { carry: tensor(1), ys: full([5], 0.5) };
      return [pullback(ct), pullback(ct)];
    };
    expectClose(run(every), run('all'));
    expectClose(run({ snapshots: 1, block: 1 }), run('all'));
  });
});

test('many examples at once, in both orders of vmap and grad', () => {
  const xs = tensor([0.5, -1, 2, 0.25, 1.5]);
  const f = (checkpoint: Schedule) => (w: Tensor) =>
    scan((h: Tensor, x: Tensor) => ({ carry: tanh(add(mul(w, h), x)), y: h }), mul(w, 0.3), xs, { checkpoint }).carry;
  const ws = tensor([0.2, 0.7, -0.4]);
  const all = (schedule: Schedule): Tensor[] => [
    vmap(f(schedule))(ws),
    vmap((w: Tensor) => grad(f(schedule))(w))(ws),
    grad((w: Tensor) => sum(vmap(f(schedule))(w)))(ws),
    vmap((w: Tensor) => grad((v: Tensor) => grad(f(schedule))(v))(w))(ws),
  ];
  const one = stack(unstack(ws).map((w) => grad(f('all'))(w)));
  expectClose([all('all')[1] as Tensor], [one]);
  for (const schedule of ['sqrt', { every: 2 }, { snapshots: 1, block: 1 }] as const) {
    expectClose(all(schedule), all('all'));
  }
});

describe('what is kept', () => {
  const W = tensor([
    [0.5, -0.25],
    [0.75, 0.125],
  ]);
  const f = (w: Tensor, schedule: Schedule, T: number) =>
    scan(
      (h: Tensor, x: Tensor) => ({ carry: tanh(add(matmul(h, w), x)), y: {} }),
      tensor([0.1, 0.2]),
      full([T, 2], 0.1),
      {
        checkpoint: schedule,
      },
    ).carry;
  test('one entry of the tape, whatever T is', () => {
    const { tape } = onTape((input) => f(input(W), { snapshots: 3 }, 100));
    expect(tape.entries.map(({ primitive, inputs }) => `${primitive.name} ${inputs.length}`)).toEqual(['scan 3']);
  });
  test('traced: an equation that says its schedule, and a reverse without a stack of T', () => {
    const program = (T: number) => verify(trace((w: Tensor) => grad((v: Tensor) => sum(f(v, 'sqrt', T)))(w), W));
    expect(print(trace((w: Tensor) => f(w, { every: 5 }, 20), W))).toContain('every');
    expect(program(10_000).equations.length).toBe(program(100).equations.length);
    const longest = (p: ReturnType<typeof program>): number =>
      Math.max(...p.equations.flatMap(({ outputs }) => outputs.map((id) => p.types[id]?.shape[0] ?? 0)));
    expect(longest(program(10_000))).toBe(100);
  });
});

describe('a wrong schedule is caught', () => {
  test('a step that does something else when it runs again', () => {
    let runs = 0;
    const f = (schedule: Schedule) => (w: Tensor) =>
      scan(
        (h: Tensor, x: Tensor) => ({ carry: mul(w, add(h, mul(x, ++runs > 5 ? 2 : 1))), y: {} }),
        tensor(1),
        tensor([1, 2, 3, 4, 5]),
        {
          checkpoint: schedule,
        },
      ).carry;
    const plain = grad(f('all'))(tensor(0.5));
    runs = 0;
    expect(maxDeviation(grad(f({ every: 2 }))(tensor(0.5)), plain)).toBeGreaterThan(1e-3);
  });
  test.each([
    [{ every: 0 }, '{"every":0}'],
    [{ every: 1.5 }, '{"every":1.5}'],
    [{ snapshots: -1 }, '{"snapshots":-1}'],
    [{ snapshots: 2, block: 0 }, '{"snapshots":2,"block":0}'],
    ['none', '"none"'],
    [7, '7'],
  ])('%j is refused', (schedule, text) => {
    expect(
      () => scan((h: Tensor) => ({ carry: h, y: {} }), tensor(1), {}, { length: 2, checkpoint: schedule as Schedule }), // not one
    ).toThrow(`scan: checkpoint is ${text}. Give 'all', 'sqrt', { every: k } or { snapshots: s }, with integers ≥ 1.`);
  });
});
