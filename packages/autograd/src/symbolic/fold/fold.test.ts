import { type Concrete, full, type Tensor, tensor } from '@throughline/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  add,
  at,
  concat,
  evaluate,
  grad,
  matmul,
  mul,
  type Program,
  scan,
  scope,
  sigmoid,
  stack,
  sum,
  tanh,
  trace,
  unstack,
  verify,
} from '../../index.ts';
import { randomPrograms } from '../../testing/random-programs.ts';
import { fold, graphviz, latex, parseProgram, print } from '../index.ts';

const bits = (x: Tensor): string =>
  [x.dtype, x.shape, ...x.concrete('bits').storage.map((v) => (Object.is(v, -0) ? -1e-320 : v))].join(' ');
const loops = (program: Program) =>
  program.equations.filter(({ primitive }) => primitive.semantics.kind === 'structured');

/** Folds, and holds the result against the Program: the same bits at random inputs. */
function check(program: Program, inputs: readonly Concrete[]): Program {
  const folded = verify(fold(program));
  expect(evaluate(folded, inputs).map(bits)).toEqual(evaluate(program, inputs).map(bits));
  return folded;
}

const w = tensor([
  [0.3, -0.5],
  [0.2, 0.9],
]).concrete('test');
const h = tensor([0.1, -0.2]).concrete('test');
const series = (T: number) =>
  tensor(Array.from({ length: T }, (_, t) => [Math.sin(t), Math.cos(3 * t)])).concrete('test');

/** A loop that JavaScript ran, with a gate, a bias and two states. */
const unrolled =
  (rows: (xs: Tensor) => Tensor[], gather: (ys: Tensor[]) => unknown) => (p: Tensor, bias: Tensor, xs: Tensor) => {
    let state = bias;
    let memory = mul(bias, 0);
    const ys: Tensor[] = [];
    for (const x of rows(xs)) {
      scope('cell', () => {
        const f = scope('gate f', () => sigmoid(add(matmul(state, p), add(x, bias))));
        memory = add(mul(f, memory), mul(0.5, tanh(x)));
        state = mul(f, tanh(memory));
      });
      ys.push(state);
    }
    return gather(ys);
  };
const byRows = (xs: Tensor): Tensor[] => Array.from({ length: xs.shape[0] ?? 0 }, (_, t) => at(xs, t));

describe('a loop that was written out is drawn once', () => {
  test.each([
    ['unstack', unstack],
    ['at', byRows],
  ])('rows by %s: one scan over the array itself, results stacked again', (_, rows) => {
    for (const T of [3, 5, 8]) {
      const program = trace(
        unrolled(rows, (ys) => stack(ys)),
        w,
        h,
        series(T),
      );
      const folded = check(program, [w, h, series(T)]);
      const [loop, ...more] = loops(folded);
      expect(more).toEqual([]);
      expect(loop?.params).toMatchObject({ length: T, carry: 2, reverse: false });
      expect(loop?.inputs).toContain(folded.inputs[2]); // xs as it was given
      expect(folded.outputs).toEqual([loop?.outputs.at(-1)]); // ys as they come
      expect(folded.equations.length).toBeLessThan(program.equations.length);
    }
  });

  test('as many equations at T = 40 as at T = 4, and the text says ×T', () => {
    const at4 = fold(
      trace(
        unrolled(unstack, (ys) => ys.at(-1)),
        w,
        h,
        series(4),
      ),
    );
    const at40 = fold(
      trace(
        unrolled(unstack, (ys) => ys.at(-1)),
        w,
        h,
        series(40),
      ),
    );
    expect(at40.equations.length).toBe(at4.equations.length);
    const text = print(at40, { times: true, origins: true });
    expect(text).toMatch(/body \(.*\) \{ {3}\/\/ ×40\n/);
    expect(text).toContain('// cell / gate f');
    expect(print(parseProgram(text), { times: true, origins: true })).toBe(text);
    expect(graphviz(at40)).toContain('label="scan ×40"');
    expect(latex(at40)).toContain('t = 1, \\dots, 40');
  });

  test('its gradient: a loop forward, a loop in reverse', () => {
    const f = unrolled(unstack, (ys) => sum(ys.at(-1) as Tensor));
    const program = trace((p: Tensor) => grad((q: Tensor) => f(q, h, series(9)) as Tensor)(p), w);
    const folded = check(program, [w]);
    expect(loops(folded).length).toBeGreaterThanOrEqual(2);
    expect(loops(folded).map(({ params }) => params.reverse)).toContain(true);
    expect(folded.equations.length).toBeLessThan(program.equations.length / 2);
  });

  test('from the last step to the first, steps from the middle, results of single steps', () => {
    const xs = series(7);
    const backwards = trace(
      unrolled(
        (x) => unstack(x).toReversed(),
        (ys) => stack(ys.toReversed()),
      ),
      w,
      h,
      xs,
    );
    expect(loops(check(backwards, [w, h, xs]))[0]?.params).toMatchObject({ reverse: true, length: 7 });
    const middle = trace(
      unrolled(
        (x) => unstack(x).slice(1, 6),
        (ys) => [ys[1], ys.at(-1), concat(ys)],
      ),
      w,
      h,
      xs,
    );
    expect(loops(check(middle, [w, h, xs]))[0]?.params).toMatchObject({ reverse: false, length: 5 });
    const shuffled = trace(
      unrolled(
        (x) => [3, 0, 5, 2].map((t) => at(x, t)),
        (ys) => ys,
      ),
      w,
      h,
      xs,
    );
    expect(loops(check(shuffled, [w, h, xs]))[0]?.params).toMatchObject({ length: 4 });
  });
});

describe('what is no loop stays', () => {
  test('gates of one form, two steps, a scan, random Programs', () => {
    const gates = trace((a: Tensor, b: Tensor, c: Tensor) => [a, b, c].map((x) => sigmoid(add(mul(x, 2), 1))), h, h, h);
    expect(fold(gates)).toBe(gates);
    const two = trace((x: Tensor) => tanh(tanh(x)), h);
    expect(fold(two)).toBe(two);
    expect(loops(fold(two, { least: 2 }))).toHaveLength(1);
    const loop = trace(
      (xs: Tensor) => scan((s: Tensor, x: Tensor) => ({ carry: add(s, x), y: s }), h, xs).ys,
      series(5),
    );
    expect(fold(loop)).toBe(loop);
    expect(print(loop, { times: true })).toContain('// ×5');
  });

  test('whatever is folded computes the same bits', () => {
    fc.assert(
      fc.property(randomPrograms(30), ({ program, inputs }) => {
        check(program, inputs);
      }),
      { seed: 17, numRuns: 60 },
    );
    const power = trace(
      (x: Tensor) => {
        let y = x;
        for (let i = 0; i < 25; i++) y = mul(y, i % 5 === 4 ? x : y);
        return y;
      },
      full([2], 0.99),
    );
    check(power, [tensor([0.99, -1]).concrete('test')]);
  });
});
