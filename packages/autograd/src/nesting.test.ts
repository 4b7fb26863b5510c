import { type Tensor, tensor } from '@throughline/tensor';
import { maxDeviation } from '@throughline/tensor/testing';
import { describe, expect, test } from 'vitest';
import {
  add,
  checkpoint,
  customVjp,
  grad,
  hvp,
  jacobian,
  jvp,
  mul,
  onTape,
  type Schedule,
  scan,
  slice,
  stack,
  stopGradient,
  sum,
  tanh,
  trace,
  vjp,
  vmap,
} from './index.ts';

const x = tensor([1, 2]);
const v = tensor([0.5, -1]);

describe('loops under a schedule inside vmap', () => {
  const loop = (schedule: Schedule) => (w: Tensor) =>
    scan((c: Tensor, xi: Tensor) => ({ carry: tanh(add(mul(c, w), xi)), y: c }), w, stack([v, x, v]), {
      checkpoint: schedule,
    });
  test.each<Schedule>(['sqrt', { every: 1 }, { snapshots: 1, block: 1 }])('give the last carry: %o', (schedule) => {
    const { carry, ys } = vmap(loop(schedule))(stack([x, v]));
    const alone = [x, v].map(loop('all'));
    expect(maxDeviation(carry, stack(alone.map((one) => one.carry)))).toBe(0);
    expect(maxDeviation(ys, stack(alone.map((one) => one.ys)))).toBe(0);
  });
  test('and its derivative', () => {
    const total = (schedule: Schedule) => (w: Tensor) => sum(loop(schedule)(w).carry);
    const expected = stack([x, v].map((w) => grad(total('all'))(w)));
    expect(maxDeviation(vmap(grad(total('sqrt')))(stack([x, v])), expected)).toBeLessThan(1e-14);
    expect(
      maxDeviation(
        jacobian((w: Tensor) => loop('sqrt')(w).carry, { mode: 'forward' })(x),
        jacobian((w: Tensor) => loop('all')(w).carry)(x),
      ),
    ).toBeLessThan(1e-14); // prettier-ignore
  });
});

describe('a value that went through a transform that ended', () => {
  /** |w|², by way of a gradient that is not looked at. */
  const through = (w: Tensor): Tensor => {
    let inner = tensor(0);
    grad((z) => {
      inner = sum(mul(z, w));
      return inner;
    })(mul(w, 1));
    return inner;
  };
  test('still depends on the argument of the transforms that run', () => {
    expect(String(grad(through)(x))).toBe('f64[2] [2, 4]');
    expect(String(vjp(through, x).pullback(tensor(1)))).toBe('f64[2] [2, 4]');
    expect(String(jvp(through, x, v).tangent)).toBe('f64[] -3');
    expect(String(grad(checkpoint(through))(x))).toBe('f64[2] [2, 4]');
    expect(String(hvp(through, x, v))).toBe('f64[2] [1, -2]');
    const { result, tape, sweep } = onTape((input) => {
      const w = input(x);
      return { w, y: through(w) };
    });
    expect(tape.count).toBeGreaterThan(0);
    expect(String(sweep([result.y], [result.w])([tensor(1)])[0])).toBe('f64[2] [2, 4]');
  });
  test('after forward mode too', () => {
    const forward = (w: Tensor): Tensor => {
      let inner = tensor(0);
      jvp(
        (z: Tensor) => {
          inner = sum(mul(z, w));
          return inner;
        },
        mul(w, 1),
        v,
      );
      return inner;
    };
    expect(String(grad(forward)(x))).toBe('f64[2] [2, 4]');
  });
});

describe('checkpoint in nested transforms', () => {
  test('a value without a tangent, in reverse over forward', () => {
    const f = (w: Tensor): Tensor => mul(stopGradient(w), mul(w, w));
    const along = (g: (w: Tensor) => Tensor) => grad((z: Tensor) => jvp((w: Tensor) => sum(g(w)), z, v).tangent)(x);
    expect(String(along(checkpoint(f)))).toBe(String(along(f)));
    expect(String(along((w) => checkpoint((q: Tensor) => add(f(w), mul(q, 0)))(w)))).toBe(String(along(f)));
  });
  test('a pullback that is mapped after its vjp has ended, of vmap over a captured value', () => {
    const f = (w: Tensor): Tensor => sum(vmap((_: Tensor) => w)(stack([x, v])), [0]);
    expect(String(jacobian((w: Tensor) => checkpoint((_: Tensor) => f(w))(w))(x))).toBe('f64[2,2] [[2, 0], [0, 2]]');
  });
  test('a loop in it whose operands all come from outside, in forward mode inside vmap', () => {
    const loop = (w: Tensor): Tensor => scan((c: Tensor) => ({ carry: mul(c, w), y: c }), v, null, { length: 3 }).carry;
    const f = (w: Tensor): Tensor => sum(checkpoint((_: Tensor) => loop(w))(w));
    const rows = stack([v, x]);
    const expected = stack([v, x].map((z) => hvp((w: Tensor) => sum(loop(w)), x, z)));
    expect(maxDeviation(vmap((z: Tensor) => hvp(f, x, z))(rows), expected)).toBeLessThan(1e-14);
  });
});

test('a loop of no steps beside a recorded function leaves nothing of it behind', () => {
  const f = (w: Tensor): Tensor =>
    customVjp(
      (a: Tensor) => {
        const none = slice(stack([v]), [0], [0]);
        const { ys } = scan((c: Tensor, xi: Tensor) => ({ carry: mul(c, w), y: mul(xi, c) }), v, none);
        return add(a, mul(sum(ys, [0]), w));
      },
      (ct) => [ct],
    )(w);
  expect(String(grad((w: Tensor) => sum(f(w)))(x))).toBe('f64[2] [1, 1]');
});

describe('forward mode through a rule of your own with a loop in it', () => {
  const loop = (a: Tensor): Tensor =>
    scan((c: Tensor, xi: Tensor) => ({ carry: mul(tanh(c), mul(a, xi)), y: c }), a, stack([v, x, v])).carry;
  test('whose carry the cotangent is, beside what the loop keeps', () => {
    const own = customVjp(loop, (ct, { inputs: [a] }) => [vjp(loop, a).pullback(ct)]);
    expect(maxDeviation(jvp(own, x, v).tangent, jvp(loop, x, v).tangent)).toBeLessThan(1e-15);
  });
  test('which takes the cotangent in every step', () => {
    const sumOfThree = (ct: Tensor): Tensor =>
      scan((c: Tensor) => ({ carry: add(c, ct), y: c }), mul(ct, 0), null, { length: 3 }).carry;
    const triple = customVjp(
      (a: Tensor) => mul(a, 3),
      (ct) => [sumOfThree(ct)],
    );
    expect(String(jvp(triple, x, v).tangent)).toBe('f64[2] [1.5, -3]');
  });
  test('is still refused where the rule is not linear', () => {
    const squared = customVjp(
      (a: Tensor) => mul(a, 3),
      (ct) => [scan((c: Tensor) => ({ carry: mul(c, ct), y: c }), ct, null, { length: 1 }).carry],
    );
    expect(() => jvp(squared, x, v)).toThrow(
      'jvp: the pullback of customVjp is not linear in its cotangent, so it has no transpose. Use reverse mode (grad, vjp).',
    );
  });
});

test('what is no result is refused by name', () => {
  const no = ((_: Tensor) => undefined) as unknown as (x: Tensor) => Tensor; // wrong on purpose
  const later = (async (w: Tensor) => w) as unknown as (x: Tensor) => Tensor; // wrong on purpose
  const nothing = 'the result is undefined, not a tensor or a tree of tensors.';
  expect(() => vjp(no, x)).toThrow(`vjp: ${nothing}`);
  expect(() => jvp(no, x, v)).toThrow(`jvp: ${nothing}`);
  expect(() => trace(no, x)).toThrow(`trace: ${nothing}`);
  const promise = (op: string): string =>
    `${op}: f is an async function (it returned a Promise), so its ops would run after ${op} has returned. ` +
    'Await the data first, and pass a synchronous function.';
  expect(() => checkpoint(later)(x)).toThrow(promise('checkpoint'));
  expect(() => grad((w: Tensor) => sum(checkpoint(later)(w)))(x)).toThrow(promise('checkpoint'));
  expect(() => onTape((input) => later(input(x)))).toThrow(promise('onTape'));
});
