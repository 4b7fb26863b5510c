import { kernels, type Tensor } from '@throughline/tensor';
import { tensors } from '@throughline/tensor/testing';
import { describe, expect, test } from 'vitest';
import { bind } from '../../bind.ts';
import { definePrimitive, mul, type Primitive, sin, square, stack, sub, tanh, unstack } from '../../index.ts';
import type { AnyPrimitive } from '../../primitive.ts';
import { calls, type PrimitiveSamples } from '../index.ts';
import { columns, keyOf, measureRow, type Row } from './index.ts';

type None = Record<string, never>;
let count = 0;

/** tanh as a primitive of the user's, with one thing wrong. */
const planted = (change: Partial<Primitive<None, 1, 1>>): AnyPrimitive =>
  definePrimitive<None, 1>({
    name: `table.planted${count++}`,
    semantics: { kind: 'host' },
    infer: ([x]) => [{ dtype: x.dtype, shape: x.shape }],
    eval: ([x]) => [kernels.tanh(x)],
    pullbacks: [([ct], { outputs: [y] }) => ct && mul(ct, sub(1, square(y)))],
    ...change,
  }) as unknown as AnyPrimitive; // see AnyPrimitive

const samples: PrimitiveSamples = { smooth: calls([tensors({ shape: [3] })]), refused: [] };

/** The columns with ✗, by dtype. */
function wrong(row: Row): { op: boolean; float64: string[]; float32: string[] } {
  const of = (dtype: 'float64' | 'float32'): string[] =>
    columns.map(keyOf).filter((key) => {
      const cell = row[dtype].get(key);
      return cell === undefined || ('holds' in cell && !cell.holds);
    });
  return { op: !row.values.holds, float64: of('float64'), float32: of('float32') };
}

const all = columns.map(keyOf);
const mapped = all.filter((key) => key.startsWith('vmap'));
const alone = all.filter((key) => !key.startsWith('vmap'));
const from = (order: number): string[] => alone.filter((key) => Number(key.at(-1)) >= order);

/** The value, of which a rule forgets that it depends on anything. */
const frozen = definePrimitive<None, 1>({
  name: 'table.frozen',
  semantics: { kind: 'host' },
  infer: ([x]) => [{ dtype: x.dtype, shape: x.shape }],
  eval: ([x]) => [x],
  pullbacks: [() => null],
});
const freeze = (x: Tensor): Tensor => bind(frozen, [x], {})[0];

/** cos, whose derivative is right, and whose second derivative is 0. */
const flatter = planted({
  eval: ([x]) => [kernels.cos(x)],
  pullbacks: [([ct], { inputs: [x] }) => ct && mul(ct, mul(-1, freeze(sin(x))))],
});

describe('a planted error shows in its columns, and there alone', () => {
  const cases: [what: string, primitive: AnyPrimitive, expected: ReturnType<typeof wrong>][] = [
    ['nothing', planted({}), { op: false, float64: [], float32: [] }],
    [
      'a rule off by 1 + 1e-6, and so all that is differenced from it',
      planted({ pullbacks: [([ct], { outputs: [y] }) => ct && mul(mul(ct, 1 + 1e-6), sub(1, square(y)))] }),
      { op: false, float64: alone, float32: alone },
    ],
    [
      'a rule whose derivative is wrong',
      planted({ pullbacks: [([ct], { outputs: [y] }) => ct && mul(ct, sub(1, square(freeze(y))))] }),
      { op: false, float64: from(2), float32: from(2) },
    ],
    [
      'a rule whose second derivative is wrong',
      planted({
        eval: ([x]) => [kernels.sin(x)],
        pullbacks: [([ct], { inputs: [x] }) => ct && mul(ct, bind(flatter, [x], {})[0] as Tensor)],
      }),
      { op: false, float64: from(3), float32: from(3) },
    ],
    [
      'a pushforward that is not the transpose of the pullback',
      planted({
        pushforward: ([t], { outputs: [y] }) => [t ? mul(mul(t, 1 + 1e-6), sub(1, square(y as Tensor))) : null],
      }), // one output
      {
        op: false,
        float64: alone.filter((key) => !key.startsWith('reverse')),
        float32: alone.filter((key) => !key.startsWith('reverse')),
      },
    ],
    [
      'a rule that is wrong in float32',
      planted({
        pullbacks: [
          ([ct], { outputs: [y] }) => ct && mul(mul(ct, ct.dtype === 'float32' ? 1.001 : 1), sub(1, square(y))),
        ],
      }),
      { op: false, float64: [], float32: alone },
    ],
    [
      'a batching rule that takes the first example for all',
      planted({
        batch({ inputs: [x], size }) {
          const first = tanh(unstack(x as Tensor)[0] ?? 0); // one operand, mapped
          return { outputs: [size === 0 ? (x as Tensor) : stack(Array.from({ length: size }, () => first))] }; // as above
        },
      }),
      { op: true, float64: mapped, float32: mapped },
    ],
    [
      'a rule that throws',
      planted({
        pullbacks: [
          () => {
            throw new Error('planted');
          },
        ],
      }),
      { op: false, float64: all, float32: all },
    ],
  ];
  test.each(cases)('%s', (_, primitive, expected) => {
    expect(wrong(measureRow(primitive, samples))).toEqual(expected);
  });
});

test('what has no derivative gives its reason in every column', () => {
  const reasons = (own: PrimitiveSamples, change: Partial<Primitive<None, 1, 1>>): Set<unknown> => {
    const row = measureRow(planted(change), own);
    return new Set(
      [...row.float64.values(), ...row.float32.values()].map((cell) => ('reason' in cell ? cell.reason : cell)),
    );
  };
  const ofFloats = { ...samples, smooth: null, any: calls([tensors()]) };
  expect(reasons(ofFloats, { pullbacks: [null] })).toEqual(
    new Set(['no rule: asking for a derivative is an error that says so']),
  );
  expect(reasons({ ...ofFloats, any: calls([tensors({ dtype: 'int32' })]) }, { eval: ([x]) => [x] })).toEqual(
    new Set(['no operand is a float']),
  );
  const truth: Partial<Primitive<None, 1, 1>> = {
    infer: ([x]) => [{ dtype: 'bool', shape: x.shape }],
    eval: ([x]) => [kernels.less(x, x)],
  };
  expect(reasons(ofFloats, truth)).toEqual(new Set(['no result is a float']));
});

test('nothing to compare is no agreement', () => {
  const empty = measureRow(planted({}), { ...samples, smooth: calls([tensors({ shape: [0] })]) });
  expect(wrong(empty)).toEqual({ op: false, float64: all, float32: all });
  expect(empty.float64.get('reverse 1')).toEqual({
    holds: false,
    error: 0,
    calls: 0,
    failure: 'no call could be compared',
  });
});
