import { full, type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { cond } from '../control/index.ts';
import { add, cast, greater, mul, sum, trace } from '../index.ts';
import { verify } from '../symbolic/index.ts';

describe('verify', () => {
  const program = trace(
    (x: Tensor) =>
      cond(
        greater(x, 0),
        (y) => mul(y, 2),
        (y) => add(y, 1),
        x,
      ),
    tensor(1),
  );
  const at = program.equations.findIndex(({ primitive }) => primitive.name === 'cond');
  const withParams = (change: object) =>
    verify({
      ...program,
      equations: program.equations.map((e, n) => (n === at ? { ...e, params: { ...e.params, ...change } } : e)),
    });
  const bodyOf = (f: (x: Tensor) => unknown, x: Tensor) => trace(f, x);

  test('refuses bodies that do not fit each other', () => {
    expect(() => withParams({})).not.toThrow();
    expect(() => withParams({ onFalse: bodyOf((x) => greater(x, 0), tensor(1)) })).toThrow(
      'verify: equation 1 (cond): its operands or params do not fit. cond: onTrue gives (f64[]), onFalse gives (bool[]).',
    );
    expect(() => withParams({ onFalse: bodyOf((x) => [x, x], tensor(1)) })).toThrow(
      'cond: onTrue gives (f64[]), onFalse gives (f64[], f64[]).',
    );
    expect(() => withParams({ onFalse: bodyOf((x) => sum(x), full([2], 1)) })).toThrow(
      'cond: the operands are (f64[]), onFalse takes (f64[2]).',
    );
  });

  test('looks into bodies', () => {
    const wrong = { ...bodyOf((x) => mul(x, 2), tensor(1)), outputs: [9] };
    expect(() => withParams({ onTrue: wrong })).toThrow('equation 1 (cond)');
  });
});

describe('refused', () => {
  const same = (y: Tensor): Tensor => y;
  const choose = (pred: unknown, onTrue: (y: Tensor) => unknown = same, onFalse: (y: Tensor) => unknown = same) =>
    cond(pred as Tensor, onTrue, onFalse, tensor([1, 2])); // wrong on purpose
  /** The same while a Program is recorded. */
  const traced = (onTrue: (y: Tensor) => unknown, onFalse: (y: Tensor) => unknown) =>
    trace((p: Tensor) => choose(p, onTrue, onFalse) as Tensor, tensor(true));

  test('a predicate that is not a bool scalar', () => {
    expect(() => choose(tensor(1))).toThrow('cond: pred is f64[], not bool[]. Compare, as in greater(x, 0).');
    expect(() => choose(tensor([true, false]))).toThrow(
      'cond: pred is bool[2], not bool[]. Reduce it with all or any, or choose by element with where.',
    );
    expect(() => choose(true)).toThrow(
      'cond: pred is a JavaScript boolean, not bool[]. Compare with an op, as in greater(x, 0).',
    );
    expect(() => choose(cast(tensor(1), 'bool'))).not.toThrow();
  });

  test('branches of different structure', () => {
    expect(() =>
      traced(
        (y) => ({ h: y }),
        (y) => ({ h: y, c: y }),
      ),
    ).toThrow('cond: the branches differ: onTrue gives {h:*}, onFalse {h:*,c:*}. Return the same tree from both.');
  });

  test('branches of different types, with the path', () => {
    expect(() =>
      traced(
        (y) => ({ h: [y] }),
        (y) => ({ h: [sum(y)] }),
      ),
    ).toThrow('cond: the branches differ at h[0]: onTrue gives f64[2], onFalse f64[]. Give both one shape and dtype.');
    expect(() => traced(same, (y) => cast(y, 'float32'))).toThrow(
      'cond: the branches differ at the result: onTrue gives f64[2], onFalse f32[2]. Give both one shape and dtype.',
    );
  });

  test('what is no tree of tensors', () => {
    expect(() => choose(tensor(true), () => ({ h: 'x' }))).toThrow(
      'cond: onTrue.h is a string, not a tensor or a tree of tensors.',
    );
    expect(() => traced(same, () => undefined)).toThrow(
      'cond: onFalse is undefined, not a tensor or a tree of tensors.',
    );
    expect(() => cond(tensor(true), same, same, 3 as unknown as Tensor)).not.toThrow(TypeError);
  });

  test('async branches', () => {
    const later = async (y: Tensor) => y;
    const says =
      'cond: onTrue is an async function (it returned a Promise), so its ops would run after cond has returned. ' +
      'Await the data first, and pass a synchronous function.';
    expect(() => choose(tensor(true), later)).toThrow(says);
    expect(() => traced(later, same)).toThrow(says);
  });
});
