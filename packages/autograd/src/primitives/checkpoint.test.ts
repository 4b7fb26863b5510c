import { full, type Tensor, tensor } from '@throughline/tensor';
import { bitEqual, maxDeviation } from '@throughline/tensor/testing';
import { describe, expect, test } from 'vitest';
import {
  add,
  checkpoint,
  evaluate,
  exp,
  grad,
  jvp,
  matmul,
  mul,
  onTape,
  scan,
  sin,
  sub,
  sum,
  tanh,
  trace,
  valueAndGrad,
  vjp,
} from '../index.ts';
import { print, verify } from '../symbolic/index.ts';

const W = tensor([
  [0.5, -0.25],
  [0.75, 0.125],
]);
const x = tensor([0.3, -0.7]);
interface Args {
  readonly w: Tensor;
  readonly x: Tensor;
}
type Wrap = <A extends readonly unknown[], Y>(f: (...args: A) => Y) => (...args: A) => Y;
const plain: Wrap = (f) => f;

/** Captures of every kind: recorded, computed inside from captures alone, returned as it is; trees in and out; nested. */
const subject =
  (wrap: Wrap) =>
  ({ w, x: at }: Args): Tensor => {
    const scale = exp(sum(w));
    const layer = wrap((h: Tensor, { bias }: { bias: Tensor }, name: string) => {
      const own = mul(w, scale);
      const inner = wrap((z: Tensor) => tanh(add(matmul(z, own), mul(bias, name.length))));
      return { next: inner(h), kept: [scale, sum(mul(own, own))] as const, none: null };
    });
    const first = layer(at, { bias: sin(at) }, 'abc');
    const second = layer(first.next, { bias: first.next }, 'd');
    return add(sum(mul(second.next, second.next)), mul(first.kept[0], second.kept[1]));
  };
const args: Args = { w: W, x };
const leaves = ({ w, x: at }: { w: Tensor; x: Tensor }): readonly Tensor[] => [w, at];
const close = (a: readonly Tensor[], b: readonly Tensor[]): void => {
  expect(a.length).toBe(b.length);
  a.forEach((value, i) => {
    expect(maxDeviation(value, b[i] as Tensor), `leaf ${i}`).toBeLessThan(1e-12);
  });
};
const traced = (f: (a: Args) => readonly Tensor[]): readonly Tensor[] =>
  evaluate(verify(trace((w: Tensor, at: Tensor) => f({ w, x: at }), W, x)), [W, x]);

describe('checkpoint(f) is f', () => {
  const with_ = subject(checkpoint);
  const without = subject(plain);
  const second = (f: (a: Args) => Tensor) => (a: Args) =>
    leaves(grad((b: Args) => leaves(grad(f)(b)).reduce((total, g) => add(total, sum(sin(g))), tensor(0)))(a));
  const third = (f: (a: Args) => Tensor) => (a: Args) =>
    leaves(grad((b: Args) => second(f)(b).reduce((total, g) => add(total, sum(mul(g, g))), tensor(0)))(a));

  test('values and gradients, bit for bit', () => {
    expect(bitEqual(with_(args), without(args))).toBe(true);
    const [a, b] = [leaves(grad(with_)(args)), leaves(grad(without)(args))];
    close(a, b);
    close(
      traced((p) => leaves(grad(with_)(p))),
      b,
    );
  });
  test('second and third derivatives', () => {
    const expected = second(without)(args);
    close(second(with_)(args), expected);
    close(traced(second(with_)), expected);
    close(third(with_)(args), third(without)(args));
    close(traced(third(with_)), third(without)(args));
  });
  test('tangents, and both modes over each other', () => {
    const along = (f: (a: Args) => Tensor) => (a: Args) => [jvp(f, a, { w: W, x: tensor([1, -2]) }).tangent];
    close(along(with_)(args), along(without)(args));
    close(traced(along(with_)), along(without)(args));
    const hvp = (f: (a: Args) => Tensor) => (a: Args) =>
      leaves(jvp(grad(f), a, { w: W, x: tensor([1, -2]) }).tangent as Args);
    close(hvp(with_)(args), hvp(without)(args));
    close(traced(hvp(with_)), hvp(without)(args));
    const reverse = (f: (a: Args) => Tensor) => (a: Args) => leaves(grad((b: Args) => along(f)(b)[0] as Tensor)(a));
    close(reverse(with_)(args), reverse(without)(args));
    close(traced(reverse(with_)), reverse(without)(args));
  });
  test('a pullback called after its tape has ended still reaches captures', () => {
    const both = (f: (a: Args) => Tensor) => {
      const { pullback } = vjp(f, args);
      return [...leaves(pullback(tensor(2)) as Args), ...leaves(pullback(tensor(2)) as Args)];
    };
    close(both(with_), both(without));
  });
  test('within a derivative that is taken inside', () => {
    const outer = (wrap: Wrap) => (a: Args) =>
      wrap((scale: Tensor) => mul(scale, sum(grad((z: Tensor) => subject(wrap)({ w: a.w, x: z }))(mul(a.x, scale)))))(
        sum(a.x),
      );
    close(leaves(grad(outer(checkpoint))(args)), leaves(grad(outer(plain))(args)));
    close(second(outer(checkpoint))(args), second(outer(plain))(args));
  });
});

describe('what is kept', () => {
  test('one entry with its operands, captures among them', () => {
    const { tape } = onTape((input) => {
      const w = input(W);
      checkpoint((h: Tensor) => tanh(matmul(tanh(matmul(h, w)), w)))(x);
    });
    expect(tape.entries.map(({ primitive, inputs }) => [primitive.name, inputs.length])).toEqual([['checkpoint', 2]]);
  });
  test('traced: one equation with its body, and its pullback another', () => {
    const f = (v: Tensor) => sum(checkpoint((h: Tensor) => tanh(mul(h, v)))(x));
    const program = trace((v: Tensor) => valueAndGrad(f)(v), x);
    expect(program.equations.filter(({ primitive }) => primitive.name === 'checkpoint').length).toBe(2);
    expect(print(program)).toContain('checkpoint');
  });
  test('a loop around it stacks what enters it, not what it computes', () => {
    const loop = (wrap: Wrap) => (w: Tensor) =>
      scan(
        wrap((h: Tensor, v: Tensor) => ({ carry: tanh(mul(tanh(mul(tanh(mul(h, w)), v)), w)), y: {} })),
        tensor(0.5),
        full([5], 0.3),
      ).carry;
    const stacked = (wrap: Wrap): number => {
      const { equations } = trace((w: Tensor) => grad(loop(wrap))(w), tensor(0.7));
      return Math.max(
        ...equations.flatMap(({ primitive, outputs }) => (primitive.name === 'scan' ? [outputs.length] : [])),
      );
    };
    expect(stacked(checkpoint)).toBeLessThan(stacked(plain));
    close([grad(loop(checkpoint))(tensor(0.7))], [grad(loop(plain))(tensor(0.7))]);
    close(
      evaluate(
        trace((w: Tensor) => grad(loop(checkpoint))(w), tensor(0.7)),
        [tensor(0.7)],
      ),
      [grad(loop(plain))(tensor(0.7))],
    );
  });
});

describe('refused', () => {
  test('a function that uses another value when it runs again', () => {
    const run = () =>
      grad(({ w, x: at }: Args) => {
        let runs = 0;
        return sum(checkpoint((h: Tensor) => sub(h, sum(runs++ === 0 ? w : at)))(mul(at, 2)));
      })(args);
    expect(run).toThrow(
      'checkpoint: the function used another outer value (f64[2]) when it was run again for its derivative. ' +
        'It must use the same values in every run: pass what changes as an argument.',
    );
  });
  test('a result that is no tree of tensors', () => {
    const f = checkpoint((h: Tensor) => ({ a: h, b: 3 }));
    expect(() => grad((h: Tensor) => f(h).a)(tensor(1))).toThrow(
      'checkpoint: the result.b is a number, not a tensor or a tree of tensors.',
    );
  });
});
