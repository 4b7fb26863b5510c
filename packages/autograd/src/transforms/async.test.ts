import { type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { associativeScan, cond, whileLoop } from '../control/index.ts';
import { add, grad, greater, hessian, jacobian, jvp, scan, trace, valueAndGrad, vjp, vmap } from '../index.ts';

const x = tensor(1);
const later = (async (v: Tensor) => v) as unknown as (v: Tensor) => Tensor; // what a user may write in JavaScript

describe('async functions are refused, by the name of what was called and of what was given', () => {
  const laterStep = async (carry: Tensor) => ({ carry, y: {} });
  const cases: [op: string, f: string, run: () => unknown][] = [
    ['grad', 'f', () => grad(later)(x)],
    ['valueAndGrad', 'f', () => valueAndGrad(later)(x)],
    ['vjp', 'f', () => vjp(later, x)],
    ['jvp', 'f', () => jvp(later, x, x)],
    ['jacobian', 'f', () => jacobian(later)(x)],
    ['jacobian', 'f', () => jacobian(later, { mode: 'forward' })(x)],
    ['grad', 'f', () => hessian(later)(x)],
    ['trace', 'f', () => trace(later, x)],
    ['vmap', 'f', () => vmap(later)(tensor([1]))],
    ['scan', 'step', () => scan(laterStep as never, x, tensor([1]))],
    ['scan', 'step', () => trace((v: Tensor) => scan(laterStep as never, v, tensor([1])).carry, x)],
    ['cond', 'onTrue', () => cond(tensor(true), later, later, x)],
    ['cond', 'onFalse', () => trace((v: Tensor) => cond(greater(v, 0), (u: Tensor) => u, later, v), x)],
    ['whileLoop', 'test', () => whileLoop(later, later, x)],
    ['whileLoop', 'body', () => whileLoop((v: Tensor) => greater(v, 0), later, x)],
    ['associativeScan', 'combine', () => associativeScan(later, tensor([1, 2]))],
  ];
  test.each(cases)('%s, %s', (op, f, run) => {
    expect(run).toThrow(
      `${op}: ${f} is an async function (it returned a Promise), so its ops would run after ${op} has returned. ` +
        'Await the data first, and pass a synchronous function.',
    );
  });

  test('what such a function rejects with later does not end the process', async () => {
    const failing = (async () => {
      await null;
      throw new Error('later');
    }) as unknown as (v: Tensor) => Tensor; // as above
    expect(() => grad(failing)(x)).toThrow('grad: f is an async function');
    await new Promise((done) => setTimeout(done, 5)); // an unhandled rejection would fail this test file
  });

  test('a Promise among the values is named', () => {
    expect(() => vjp(() => ({ y: Promise.resolve(x) }), x)).toThrow(
      'vjp: the result.y is a Promise, not a tensor or a tree of tensors.',
    );
  });
});

describe('a leaked abstract value', () => {
  const says =
    'trace: an abstract value (f64[]) was used outside the trace that made it. ' +
    'Return it from the traced function instead.';
  const leaking = (make: (keep: (v: Tensor) => Tensor) => (v: Tensor) => Tensor) => () => {
    let kept = x;
    trace((v: Tensor) => {
      const y = make((u) => {
        kept = u;
        return u;
      })(v);
      return add(y, kept);
    }, x);
  };
  test('of a branch, of a loop, of a step', () => {
    expect(leaking((keep) => (v) => cond(greater(v, 0), keep, (u) => add(u, 1), v))).toThrow(says);
    expect(
      leaking(
        (keep) => (v) =>
          whileLoop(
            (c) => greater(c, 5),
            (c) => keep(add(c, 1)),
            v,
          ),
      ),
    ).toThrow(says);
    expect(
      leaking((keep) => (v) => scan((c: Tensor) => ({ carry: keep(c), y: {} }), v, {}, { length: 2 }).carry),
    ).toThrow(says);
  });
});
