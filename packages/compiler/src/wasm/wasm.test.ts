import { describe, expect, test } from 'vitest';
import { Bytes } from './bytes.ts';
import { Module } from './module.ts';
import { access, lane, laneAccess, op } from './opcodes.ts';

const run = (module: Module, pages = 1): { exports: WebAssembly.Exports; memory: WebAssembly.Memory } => {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module.bytes()), { env: { memory } });
  return { exports: instance.exports, memory };
};
type F = (...xs: number[]) => number;

describe('numbers', () => {
  test.each([
    [0, [0]],
    [127, [127]],
    [128, [0x80, 1]],
    [624485, [0xe5, 0x8e, 0x26]],
    [4294967295, [0xff, 0xff, 0xff, 0xff, 0x0f]],
  ])('unsigned %d', (value, bytes) => {
    const b = new Bytes();
    b.unsigned(value);
    expect([...b.take()]).toEqual(bytes);
  });
  test.each([
    [0, [0]],
    [63, [63]],
    [64, [0xc0, 0]],
    [-1, [0x7f]],
    [-64, [0x40]],
    [-65, [0xbf, 0x7f]],
    [-123456, [0xc0, 0xbb, 0x78]],
    [2147483647, [0xff, 0xff, 0xff, 0xff, 7]],
    [-2147483648, [0x80, 0x80, 0x80, 0x80, 0x78]],
  ])('signed %d', (value, bytes) => {
    const b = new Bytes();
    b.signed(value);
    expect([...b.take()]).toEqual(bytes);
  });
});

test('a loop that counts, a block that is left, a choice', () => {
  const module = new Module();
  const sum = module.function({ parameters: ['i32'], results: ['i32'] }, (c, [n]) => {
    if (n === undefined) throw new Error('one parameter');
    const i = c.local('i32');
    const total = c.local('i32');
    c.count(i, 0, n, 3, () => c.get(total).get(i).op('i32Add').set(total));
    c.get(total)
      .i32(9)
      .op('i32Eq')
      .if(
        () => c.i32(-1).set(total),
        () => c.get(total).i32(1).op('i32Add').set(total),
      );
    c.get(total);
  });
  module.exportFunction('sum', sum);
  const f = run(module).exports.sum as F;
  expect([0, 1, 3, 4, 7, 10].map((n) => f(n))).toEqual([1, 1, 1, 4, -1, 19]);
});

test('lanes to memory and back', () => {
  const module = new Module();
  module.exportFunction(
    'f',
    module.function({ parameters: ['i32'], results: [] }, (c, [at]) => {
      if (at === undefined) throw new Error('one parameter');
      c.get(at).get(at).memory('v128Load').f32x4(2).op('f32x4Mul').memory('v128Store', 16);
    }),
  );
  const { exports, memory } = run(module);
  const view = new Float32Array(memory.buffer);
  view.set([1, -2, 3.5, Number.NaN]);
  (exports.f as F)(0);
  expect([...view.slice(4, 8)]).toEqual([2, -4, 7, Number.NaN]);
});

/** What every instruction takes from the stack, read off its name; the engine's validator is the judge of the opcode. */
const vectors = /^(i8x16|i32x4|i64x2|f32x4|f64x2|v128)/;
test('every opcode is what its name says: as many operands as the engine expects', () => {
  const wrong: string[] = [];
  for (const name of Object.keys(op) as (keyof typeof op)[]) {
    if (['unreachable', 'return', 'drop', 'select'].includes(name) || name.includes('Relaxed')) continue;
    const module = new Module();
    const isVector = vectors.test(name);
    const shape = name.slice(0, isVector ? 5 : 3);
    const one =
      /(Abs|Neg|Sqrt|Ceil|Floor|Trunc|Nearest|Eqz|Splat|Not|AnyTrue|AllTrue|Bitmask|Demote.*|Promote.*|Convert.*|TruncSat.*|Extend.*|Wrap.*|Reinterpret.*)$/.test(
        name,
      );
    const operands = name === 'v128Bitselect' ? ['v128', 'v128', 'v128'] : operandsOf(name, isVector, shape, one);
    module.function({ parameters: operands as 'i32'[], results: [] }, (c, parameters) => {
      for (const parameter of parameters) c.get(parameter);
      c.op(name).op('drop');
    });
    if (!WebAssembly.validate(module.bytes())) wrong.push(name);
  }
  expect(wrong).toEqual([]);
});

function operandsOf(name: string, isVector: boolean, shape: string, one: boolean): string[] {
  if (name.endsWith('Splat')) return [{ i32x4: 'i32', i64x2: 'i64', f32x4: 'f32', f64x2: 'f64' }[shape] ?? ''];
  if (isVector) return /Sh[lr]/.test(name) ? ['v128', 'i32'] : one ? ['v128'] : ['v128', 'v128'];
  const from = /(?:Wrap|Extend|Convert|Demote|Promote|Reinterpret|TruncSat)(I32|I64|F32|F64)/.exec(name)?.[1];
  const type = from?.toLowerCase() ?? shape;
  return one ? [type] : [type, type];
}

test('the engine takes every access and every lane', () => {
  const wrong: string[] = [];
  const validate = (
    name: string,
    operands: string[],
    write: (c: import('./code.ts').Code) => void,
    drops: boolean,
  ): void => {
    const module = new Module();
    module.memory({ pages: 1, shared: true });
    module.function({ parameters: operands as 'i32'[], results: [] }, (c, parameters) => {
      for (const parameter of parameters) c.get(parameter);
      write(c);
      if (drops) c.op('drop');
    });
    if (!WebAssembly.validate(module.bytes())) wrong.push(name);
  };
  for (const name of Object.keys(access) as (keyof typeof access)[]) {
    const type = name.startsWith('v128') ? 'v128' : name.slice(0, 3);
    const isStore = /Store|Add|Exchange|Notify/.test(name);
    const operands = isStore ? ['i32', type] : ['i32'];
    validate(name, operands, (c) => c.memory(name), !/Store/.test(name));
  }
  for (const name of Object.keys(lane) as (keyof typeof lane)[]) {
    const type = { i: 'i32', I: 'i64', f: 'f32', F: 'f64' }[
      name.startsWith('i64') ? 'I' : name.startsWith('f64') ? 'F' : name.startsWith('i') ? 'i' : 'f'
    ];
    validate(name, name.endsWith('Replace') ? ['v128', type] : ['v128'], (c) => c.lane(name, 1), true);
  }
  for (const name of Object.keys(laneAccess) as (keyof typeof laneAccess)[]) {
    validate(name, ['i32', 'v128'], (c) => c.laneMemory(name, 1), name.includes('Load'));
  }
  expect(wrong).toEqual([]);
});
