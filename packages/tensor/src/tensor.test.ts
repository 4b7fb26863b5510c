import { expect, test } from 'vitest';
import { tensor } from './construct.ts';
import { ArgumentError } from './errors.ts';

const x = tensor([
  [1, 2],
  [3, 4],
]);
const immutable = 'data: tensors are immutable. Copy with toTypedArray(), change that, and make a new tensor.';

test('data reads like a list', () => {
  expect([x.data.length, x.data[3], x.data[4], x.data[-1]]).toEqual([4, 4, undefined, undefined]);
  expect([...x.data]).toEqual([1, 2, 3, 4]);
  expect(Math.max(...x.data)).toBe(4);
});

test('data cannot be written, by no road', () => {
  const data = x.data as unknown as Record<string | number, unknown>; // what an untyped caller sees
  const roads = [
    () => {
      data[0] = 9;
    },
    () => {
      data.length = 0;
    },
    () => Object.defineProperty(data, 0, { value: 9 }),
    () => Reflect.set(data, 0, 9),
    () => Reflect.deleteProperty(data, 0),
    () => Object.setPrototypeOf(data, null),
  ];
  for (const road of roads) expect(road).toThrow(new ArgumentError('data', immutable.slice('data: '.length)));
  expect([data.buffer, data.set, data.fill, data.subarray]).toEqual([undefined, undefined, undefined, undefined]);
  expect(() => Float64Array.prototype.fill.call(data, 9)).toThrow(TypeError);
  expect(x.toArray()).toEqual([
    [1, 2],
    [3, 4],
  ]);
});

test('toTypedArray and toArray are copies', () => {
  x.toTypedArray()[0] = 9;
  (x.toArray() as number[][])[0]?.fill(9);
  expect(x.toArray()).toEqual([
    [1, 2],
    [3, 4],
  ]);
});

test('item reads the one element', () => {
  expect(tensor([[7]]).item()).toBe(7);
  expect(tensor(true).item()).toBe(1);
  expect(() => x.item()).toThrow('item: f64[2,2] has 4 elements, not one. Use toArray().');
  expect(() => tensor([]).item()).toThrow('item: f64[0] has 0 elements, not one. Use toArray().');
});

test('arithmetic with operators is refused, since it would lose the gradient; text is not', () => {
  const text =
    'tensor: f64[2,2] was used as a JavaScript number, which would lose its gradient. ' +
    'Use add(x, 1) or x.add(1) for arithmetic, and x.item() to read a number.';
  const untyped = x as unknown as number; // what JavaScript lets one write
  expect(() => untyped + 1).toThrow(text);
  expect(() => untyped * 2).toThrow(text);
  expect(() => untyped < 2).toThrow(text);
  expect(`${x}`).toBe('f64[2,2] [[1, 2], [3, 4]]');
});
