import { describe, expect, test } from 'vitest';
import { Module } from '../../wasm/module.ts';
import { manyTiny, pushWideProduct } from './tiny.ts';

type Call = (...numbers: number[]) => number;

/** The functions of a module, and the words of its memory. */
function instance(module: Module): { readonly call: Call; readonly words: Int32Array; readonly floats: Float32Array } {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.bytes()), { env: { memory } });
  const call = exports.run as Call; // just exported
  return { call, words: new Int32Array(memory.buffer), floats: new Float32Array(memory.buffer) };
}

test('a wide product has the bits of rounded float32 products, for any bits of its factors', () => {
  const module = new Module();
  const run = module.function({ parameters: ['i32', 'i32'], results: [] }, (code, [one, at]) => {
    if (one === undefined || at === undefined) return;
    const [x, y] = [code.local('v128'), code.local('v128')];
    code.get(one).memory('v128Load32Splat').set(x).get(at).memory('v128Load', 16).set(y).get(at);
    pushWideProduct(code, x, y);
    code.memory('v128Store', 32);
  });
  module.exportFunction('run', run);
  const { call, words, floats } = instance(module);
  let state = 1;
  let subnormal = 0;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state ^ (state >>> 15);
  };
  for (let n = 0; n < 20_000; n++) {
    // any bits, subnormal ones, and factors whose product is near the smallest normal number
    for (let i = 0; i < 8; i++) words[i] = n % 3 === 0 ? next() : n % 3 === 1 && i < 4 ? next() & 0x80ff_ffff : next();
    if (n % 3 === 2) for (let i = 0; i < 8; i++) words[i] = ((words[i] ?? 0) & 0x80ff_ffff) | (0x2000_0000 - (i & 7));
    for (let one = 0; one < 4; one++) {
      call(4 * one, 0);
      for (let i = 0; i < 4; i++) {
        const expected = Math.fround((floats[one] ?? 0) * (floats[4 + i] ?? 0));
        if (expected !== 0 && Math.abs(expected) < 2 ** -126) subnormal++;
        if (!Object.is(floats[8 + i], expected))
          throw new Error(`${floats[one]} · ${floats[4 + i]} is ${floats[8 + i]}, not ${expected}`);
      }
    }
  }
  expect(subnormal).toBeGreaterThan(10_000);
});

describe('what is looked for', () => {
  const module = new Module();
  module.exportFunction('run', manyTiny(module));
  const { call, floats } = instance(module);
  const found = (values: readonly number[], lines: number, line: number, depth: number, distance: number): boolean => {
    floats.fill(1).set(values, 16); // from byte 64 on
    return call(64, lines, 4 * line, depth, 4 * distance) === 1;
  };
  test.each([
    ['a subnormal number', [0, 0, 0, 0, 1e-42, 0, 0], true],
    ['a negative one', [0, -1e-42], true],
    ['a number whose products may become so', [0, 0, 1e-34, 0, 0], true],
    ['one whose products do not', [0, 0, 1e-32, 0, 0], false],
    ['zeros alone', [0, -0, 0, 0, -0, 0], false],
    ['large numbers between zeros', [0, 1, 2, -3, 4, 0], false],
    ['NaN and infinities between zeros', [0, Number.NaN, Number.POSITIVE_INFINITY, 0], false],
    ['one that is all there is', [1e-42], true],
  ])('%s', (_, values, expected) => {
    expect(found(values, 1, values.length, values.length, 1)).toBe(expected);
    const apart = values.flatMap((x) => [x, 1e-42, 5]);
    expect(found(apart, 1, 1, values.length, 3)).toBe(expected);
  });
  test('in any line, where there are more than one of thirty-two', () => {
    const lines = [0, 0, 9, 0, 0, 9, 1e-40, 0, 9];
    expect(found(lines, 2, 3, 2, 1)).toBe(false);
    expect(found(lines, 3, 3, 2, 1)).toBe(true);
    const one = (of: number): number[] => [1e-40, ...Array<number>(of - 1).fill(1)];
    expect(found(one(31), 31, 1, 1, 1)).toBe(true);
    expect(found(one(32), 32, 1, 1, 1)).toBe(false);
  });
  test('in some of many lines', () => {
    const half = Array.from({ length: 600 }, (_, i) => (Math.floor(i / 3) % 2 === 0 ? 1e-40 : 1));
    for (const lines of [32, 64, 65, 128, 200]) {
      expect(found(half, lines, 3, 3, 1)).toBe(true);
      expect(found([...Array<number>(3 * lines).fill(1), ...Array<number>(99).fill(1e-40)], lines, 3, 3, 1)).toBe(
        false,
      );
    }
  });
  test('in parts of a long line, some of which have vanished', () => {
    const line = (from: number, to: number): number[] =>
      Array.from({ length: 320 }, (_, i) => (i >= from && i < to ? 1e-40 : 0.5));
    for (const from of [0, 40, 100, 280]) expect(found(line(from, from + 45), 1, 320, 320, 1)).toBe(true);
    expect(found(line(0, 0), 1, 320, 320, 1)).toBe(false);
  });
  test('a distance of 0, or backwards, is one number', () => {
    expect(found([1e-40, 1, 1], 1, 3, 3, 0)).toBe(true);
    expect(found([1, 1e-40], 1, 3, 3, -1)).toBe(false);
  });
});
