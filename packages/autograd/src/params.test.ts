import { fromStorage, type Tensor, tensor } from '@throughline/tensor';
import { expect, test } from 'vitest';
import { bind, definePrimitive, evaluate, jvp, mul, type Program, trace } from './index.ts';
import { paramsKey } from './params.ts';
import { equivalent, simplify } from './symbolic/index.ts';

/** y = x / by, whose rule reads `by` from its params. */
const shrink = definePrimitive<{ by: number }, 1>({
  name: 'shrink',
  semantics: { kind: 'host' },
  infer: ([x]) => [x],
  eval: ([x], { by }) => [
    fromStorage(
      x.storage.map((v) => v / by),
      x.dtype,
      x.shape,
    ),
  ],
  pullbacks: [([ct], { params: { by } }) => ct && mul(ct, 1 / by)],
});
const shrunk = (x: Tensor, by: number): Tensor => bind(shrink, [x], { by })[0];

test('params that differ have keys that differ, and equal ones equal keys', () => {
  const f = (): number => 1;
  const all = [0, -0, 1, Infinity, -Infinity, Number.NaN, null, true, [], [0], [-0], {}, { a: 0 }, { a: -0 }];
  const odd = [f, [f], { f }, new Map(), new Map([[1, 2]]), new Int32Array(2), new (class Own {})()];
  const keys = [...all, ...odd].map((by) => paramsKey({ by }));
  expect(new Set(keys).size).toBe(keys.length);
  expect(all.map((by) => paramsKey({ by }))).toEqual(keys.slice(0, all.length));
});

test('a rule is told the params of its own call: JSON has one text for several numbers', () => {
  const factors = [0, -0, Infinity, -Infinity, Number.NaN];
  const tangents = factors.map((by) => jvp((x: Tensor) => shrunk(x, by), tensor(1), tensor(2)).tangent.item());
  expect(tangents).toEqual([Infinity, -Infinity, 0, -0, Number.NaN]);
});

test('simplify keeps ops apart that differ in such a number', () => {
  const program = trace((x: Tensor) => [0, -0, Infinity, -Infinity].map((by) => shrunk(x, by)), tensor(3));
  const results = evaluate(simplify(program), [tensor(3)]).map((y) => y.concrete('test').storage[0]);
  expect(results).toEqual([Infinity, -Infinity, 0, -0]);
});

test('Programs are not equivalent that differ in such a number', () => {
  const [zero, minus] = [0, -0].map((by) => trace((x: Tensor) => shrunk(x, by), tensor(3))) as [Program, Program];
  expect(equivalent(zero, zero).proved).toBe(true);
  expect(equivalent(zero, minus).proved).toBe(false);
});
