import { Concrete, DTypeError, formatType, kernels, type Tensor } from '@throughline/tensor';
import { tensors } from '@throughline/tensor/testing';
import { describe, expect, test } from 'vitest';
import { bind, bindAny } from '../bind.ts';
import { definePrimitive, mul, type Primitive, square, stack, sub, tanh, unstack } from '../index.ts';
import type { AnyPrimitive } from '../primitive.ts';
import { calls, checkPrimitive, evaluateExpression, type PrimitiveSamples } from './index.ts';

type None = Record<string, never>;
let count = 0;

/** tanh as a primitive of the user's, with one thing changed. */
function variant(change: Partial<Primitive<None, 1, 1>>): AnyPrimitive {
  return definePrimitive<None, 1>({
    name: `checkPrimitive.variant${count++}`,
    semantics: { kind: 'map', expression: { op: 'tanh', args: [{ input: 0 }] } },
    infer: ([x]) => [{ dtype: x.dtype, shape: x.shape }],
    eval: ([x]) => [kernels.tanh(x)],
    pullbacks: [([ct], { outputs: [y] }) => ct && mul(ct, sub(1, square(y)))],
    ...change,
  }) as unknown as AnyPrimitive; // see AnyPrimitive
}

const samples: PrimitiveSamples = { smooth: calls([tensors()]), refused: [] };
const failure = (primitive: AnyPrimitive, own = samples): string => {
  try {
    checkPrimitive(primitive, own);
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing';
};

describe('checkPrimitive', () => {
  test('finds nothing wrong with a right primitive, nor with an op', () => {
    expect(failure(variant({}))).toBe('nothing');
    expect(() => checkPrimitive(tanh, samples)).not.toThrow();
  });

  const wrong: [what: string, change: Partial<Primitive<None, 1, 1>>, says: string][] = [
    [
      'a shape rule',
      { infer: ([x]) => [{ dtype: x.dtype, shape: [...x.shape, 1] }] },
      'infer gives the types of eval does not hold',
    ],
    [
      'a kernel that writes on its operand',
      {
        eval: ([x]) => {
          const y = kernels.tanh(x);
          x.storage.set(y.storage);
          return [y];
        },
      },
      'an operand was changed',
    ],
    [
      'a kernel with a memory',
      {
        eval: ([x]) => [
          new Concrete(
            x.storage.map((v) => v + count++),
            x.dtype,
            x.shape,
          ),
        ],
      },
      'two calls give the same bits does not hold',
    ],
    [
      'an expression that is not the kernel',
      { semantics: { kind: 'map', expression: { op: 'sigmoid', args: [{ input: 0 }] } } },
      'its expression gives the bits of its kernel does not hold',
    ],
    [
      'a view whose pieces are not the kernel',
      {
        semantics: { kind: 'view', pieces: () => [] },
        eval: ([x]) => [x],
        pullbacks: [([ct]) => ct],
      },
      'has places that no piece writes',
    ],
    [
      'a wrong sign',
      { pullbacks: [([ct], { outputs: [y] }) => ct && mul(ct, sub(square(y), 1))] },
      'wrong rule. In reverse mode',
    ],
    [
      'a rule off by 1 + 1e-6',
      { pullbacks: [([ct], { outputs: [y] }) => ct && mul(mul(ct, 1 + 1e-6), sub(1, square(y)))] },
      'order 1: wrong rule. In reverse mode',
    ],
    [
      'a rule whose own derivative is wrong',
      { pullbacks: [([ct], { outputs: [y] }) => ct && mul(ct, sub(1, square(constant(y))))] },
      'order 2: wrong rule. In reverse mode',
    ],
    [
      'a rule that is not linear',
      { pullbacks: [([ct], { outputs: [y] }) => ct && mul(mul(ct, ct), sub(1, square(y)))] },
      'is not linear in its cotangent',
    ],
    [
      'a batching rule that takes the first example for all',
      {
        batch({ inputs: [x], size }) {
          const first = tanh(unstack(x as Tensor)[0] ?? 0); // one operand, mapped
          return { outputs: [size === 0 ? (x as Tensor) : stack(Array.from({ length: size }, () => first))] }; // as above
        },
      },
      'result 0, at [1',
    ],
    [
      'a batching rule that says too little',
      { batch: ({ inputs, primitive }) => ({ outputs: bindAny(primitive, inputs, {}), mapped: [false] }) },
      'gives the bits of a loop, eager and traced; for 0, 1 and 3 examples does not hold',
    ],
    ['a missing rule', { pullbacks: [null] }, 'has no derivative with respect to operand 0'],
  ];
  for (const [what, change, says] of wrong) {
    test(`finds ${what}`, () => {
      expect(failure(variant(change))).toContain(says);
    });
  }

  test('finds a call that should have been refused, or by name', () => {
    const bool = { inputs: [{ dtype: 'bool' as const, shape: [2] }], params: {} };
    const own = { ...samples, refused: [bool] };
    expect(failure(variant({}), own)).toContain('at bool[2] with {} infer says "nothing"');
    const infer: Primitive<None, 1, 1>['infer'] = ([x]) => {
      if (x.dtype === 'bool') throw new DTypeError('other', formatType(x));
      return [{ dtype: x.dtype, shape: x.shape }];
    };
    expect(failure(variant({ infer }), own)).toContain('infer says "other: bool[2]"');
  });

  test('finds a kink that is not as documented', () => {
    const kinks = [{ inputs: [new Concrete(Float64Array.of(0), 'float64', [])], params: {}, expected: [[0.5]] }];
    expect(failure(variant({}), { ...samples, kinks })).toContain('is not as documented: element 0 of 1: 1 and 0.5');
  });
});

/** The value, without its derivative: what a rule must not do to a primal. */
const constant = (x: Tensor): Tensor => bind(stopped, [x], {})[0];
const stopped = definePrimitive<None, 1>({
  name: 'checkPrimitive.constant',
  semantics: { kind: 'host' },
  infer: ([x]) => [{ dtype: x.dtype, shape: x.shape }],
  eval: ([x]) => [x],
  pullbacks: [() => null],
});

describe('evaluateExpression', () => {
  const input = (n: number) => ({ input: n });
  test('rounds and wraps as the dtype does', () => {
    const sum = { op: 'add', args: [input(0), input(1)] } as const;
    expect(evaluateExpression(sum, 'float64', [0.1, 0.2])).toBe(0.1 + 0.2);
    expect(evaluateExpression(sum, 'float32', [Math.fround(0.1), Math.fround(0.2)])).toBe(
      Math.fround(Math.fround(0.1) + Math.fround(0.2)),
    );
    expect(evaluateExpression(sum, 'int32', [2147483647, 1])).toBe(-2147483648);
  });

  test('chooses, compares and casts', () => {
    const choice = {
      op: 'select',
      args: [{ op: 'less', args: [input(0), { constant: 1 }] }, input(0), { constant: -0 }],
    } as const;
    expect([evaluateExpression(choice, 'float64', [0.5]), evaluateExpression(choice, 'float64', [2])]).toEqual([
      0.5, -0,
    ]);
    const cast = { op: 'cast', args: [input(0)] } as const;
    const to = (x: number) => evaluateExpression(cast, 'float64', [x], 'int32');
    expect([to(-1.9), to(1e10), to(Number.NaN), to(Number.NEGATIVE_INFINITY)]).toEqual([
      -1, 2147483647, 0, -2147483648,
    ]);
    expect(evaluateExpression(cast, 'float64', [Number.NaN], 'bool')).toBe(1);
  });

  test('an operation that a dtype does not have', () => {
    expect(() => evaluateExpression({ op: 'exp', args: [input(0)] }, 'int32', [1])).toThrow(
      'internal: the scalar operation exp has no meaning for int32. This is a bug in Throughline; please report it.',
    );
  });
});
