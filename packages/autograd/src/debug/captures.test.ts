import { fromStorage, type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { cond } from '../control/index.ts';
import { add, debugCaptures, evaluate, exp, grad, greater, mul, scan, sum, trace, vjp } from '../index.ts';

const x = tensor([3, 4]);
/** A tensor on an array that the caller keeps, which nobody should. */
const aliased = (...values: number[]) => {
  const storage = Float64Array.from(values);
  return { storage, w: fromStorage(storage, 'float64', [values.length]) };
};

describe('what goes in is copied, and what comes out cannot write', () => {
  const f = (w: Tensor) => trace((v: Tensor) => mul(v, w), x);
  test.each([
    ['an array', [1, 2]],
    ['a typed array', Float64Array.of(1, 2)],
    ['a nested array', [[1, 2]]],
  ])('%s', (_, array) => {
    const program = f(tensor(array as number[], { shape: [2] })); // or of another kind
    if (Array.isArray(array[0])) array[0][0] = 99;
    else (array as number[])[0] = 99;
    expect(String(evaluate(program, [x])[0])).toBe('f64[2] [3, 8]');
  });
  test('data and toTypedArray', () => {
    const w = tensor([1, 2]);
    const program = f(w);
    w.toTypedArray()[0] = 99;
    expect(() => Object.assign(w.data, { 0: 99 })).toThrow('data: tensors are immutable.');
    expect(String(evaluate(program, [x])[0])).toBe('f64[2] [3, 8]');
  });
});

describe('a captured tensor that was written to', () => {
  const says = (op: string, what: string, was: number, is: number) =>
    `${op}: ${what}, f64[2], was written to after it was captured: element 1 was ${was} and is ${is}. ` +
    'Tensors are immutable: copy what changes with tensor(…), and pass it as an argument.';

  test('is found when the Program runs, and named by its first reader', () => {
    const { storage, w } = aliased(1, 2);
    const program = debugCaptures(() => trace((v: Tensor) => add(exp(v), mul(v, w)), x));
    expect(() => evaluate(program, [x])).not.toThrow();
    storage[1] = 5;
    expect(() => evaluate(program, [x])).toThrow(says('evaluate', 'the constant that mul reads', 2, 5));
    storage[1] = 2;
    expect(() => evaluate(program, [x])).not.toThrow();
  });

  test('in bodies of loops and choices', () => {
    const { storage, w } = aliased(1, 2);
    const program = debugCaptures(() =>
      trace(
        (v: Tensor) =>
          scan(
            (c: Tensor) => ({
              carry: cond(
                greater(sum(c), 0),
                () => mul(c, w),
                () => c,
              ),
              y: {},
            }),
            v,
            {},
            { length: 2 },
          ).carry,
        x,
      ),
    );
    storage[1] = Number.NaN;
    expect(() => evaluate(program, [x])).toThrow(says('evaluate', 'the constant that mul reads', 2, Number.NaN));
  });

  test('in a pullback, which reads what the forward run kept', () => {
    const { storage, w } = aliased(1, 2);
    const { pullback } = debugCaptures(() => vjp((v: Tensor) => mul(v, w), x));
    expect(String(pullback(tensor([1, 1])))).toBe('f64[2] [1, 2]');
    storage[1] = 0;
    expect(() => pullback(tensor([1, 1]))).toThrow(says('pullback', 'operand 1 of mul', 2, 0));
    expect(() =>
      debugCaptures(() =>
        grad((v: Tensor) => {
          const y = exp(v);
          y.concrete('test').storage[1] = 7;
          return sum(y);
        })(tensor([0, 0])),
      ),
    ).toThrow(says('pullback', 'result 0 of exp', 1, 7));
  });

  test('is not looked for otherwise', () => {
    const { storage, w } = aliased(1, 2);
    const program = trace((v: Tensor) => mul(v, w), x);
    storage[1] = 5;
    expect(String(evaluate(program, [x])[0])).toBe('f64[2] [3, 20]');
  });
});

test('async functions are refused', () => {
  expect(() => debugCaptures(async () => x)).toThrow(
    'debugCaptures: f is an async function (it returned a Promise), so its ops would run after debugCaptures has returned. ' +
      'Await the data first, and pass a synchronous function.',
  );
});
