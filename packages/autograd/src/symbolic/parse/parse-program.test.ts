import { Concrete, type DType, dtypes, full, type Tensor, tensor } from '@throughline/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  add,
  cast,
  customVjp,
  definePrimitive,
  evaluate,
  grad,
  mul,
  type Program,
  primitives,
  scan,
  sum,
  tanh,
  trace,
} from '../../index.ts';
import { samples } from '../../testing/index.ts';
import { type ProgramSample, randomPrograms } from '../../testing/random-programs.ts';
import { type PrintOptions, ProgramTextError, parseProgram, print, verify } from '../index.ts';

/** Every bit of a value; NaNs are one value. */
const bits = (x: Tensor): string => {
  const { dtype, shape, storage } = x.concrete('bits');
  return `${dtype}[${shape}] ${[...storage].map((value) => (Object.is(value, -0) ? '-0' : value)).join(' ')}`;
};

/** The two laws: the same text again, and the same bits. */
function checkRoundTrip({ program, inputs }: ProgramSample, options: PrintOptions = { constants: 'full' }): Program {
  const text = print(program, options);
  const read = parseProgram(text);
  expect(print(read, options)).toBe(text);
  expect(evaluate(read, inputs).map(bits)).toEqual(evaluate(program, inputs).map(bits));
  return read;
}

/** A call of a primitive as a Program. */
function programOf(name: string, inputs: readonly Concrete[], params: unknown): Program {
  const primitive = primitives.get(name);
  if (primitive === undefined) throw new Error(name);
  const types = inputs.map(({ dtype, shape }) => ({ dtype, shape }));
  const results = primitive.infer(types, params);
  const ids = inputs.map((_, i) => i);
  const outputs = results.map((_, k) => inputs.length + k);
  const equation = { primitive, inputs: ids, params: params as Program['equations'][number]['params'], outputs };
  return verify({ inputs: ids, constants: new Map(), equations: [equation], outputs, types: [...types, ...results] });
}

describe('what is printed reads back: the same text, the same bits', () => {
  for (const [name, { smooth, any }] of Object.entries(samples)) {
    test(name, () => {
      for (const arbitrary of [smooth, any]) {
        if (!arbitrary) continue;
        for (const { inputs, params } of fc.sample(arbitrary, { seed: 5, numRuns: 8 })) {
          checkRoundTrip({ program: programOf(name, inputs, params), inputs });
        }
      }
    });
  }

  test('random Programs, and with their scopes', () => {
    fc.assert(
      fc.property(randomPrograms(), (sample) => {
        checkRoundTrip(sample);
        const read = checkRoundTrip(sample, { constants: 'full', origins: true });
        expect(read.equations.map(({ origin }) => origin?.scope)).toEqual(
          sample.program.equations.map(({ origin }) => origin?.scope),
        );
      }),
      { seed: 11, numRuns: 60 },
    );
  });

  test('constants of every type, NaN, ±∞, −0, subnormal, none at all', () => {
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0, 5e-324, 0.1, 1e21, -1.5e-7];
    for (const dtype of Object.keys(dtypes) as DType[]) {
      const values = dtype === 'bool' || dtype === 'int32' ? [0, 1, 1, 0, 1, 0, 0, 1, 1] : odd;
      const large = tensor(values, { dtype: 'float64' }).concrete('test');
      const typed = cast(large, dtype).concrete('test');
      const shaped = [
        typed,
        new Concrete(typed.storage, dtype, [3, 1, 3]),
        full([0], 0, dtype).concrete('test'),
        full([2, 0, 3], 0, dtype).concrete('test'),
        ...Array.from(typed.storage, (x) => full([], x, dtype).concrete('test')),
      ];
      const program = trace(() => shaped);
      checkRoundTrip({ program, inputs: [] });
    }
    const integers = tensor([-2147483648, 2147483647, 0], { dtype: 'int32' });
    checkRoundTrip({
      program: trace((x) => [mul(x, integers), mul(x, -2147483648)], integers),
      inputs: [integers.concrete('test')],
    });
  });

  test('loops within loops, rules of the user’s own, a gradient, no inputs, no results', () => {
    const clipped = customVjp(
      (x: Tensor) => tanh(x),
      (ct, { output }) => [mul(ct, output)],
    );
    const inner = (c: Tensor, xs: Tensor) =>
      scan((h: Tensor, x: Tensor) => ({ carry: clipped(add(h, x)), y: {} }), c, xs).carry;
    const f = (w: Tensor, xs: Tensor) =>
      sum(
        scan((h: Tensor, x: Tensor) => ({ carry: inner(mul(h, w), x), y: {} }), tensor(0.3), xs, { reverse: true })
          .carry,
      );
    const xs = tensor([
      [0.1, 0.2, -0.4],
      [1, -0, 0.5],
    ]).concrete('test');
    const w = tensor(0.7).concrete('test');
    for (const g of [f, grad(f)]) checkRoundTrip({ program: trace(g, w, xs), inputs: [w, xs] });
    for (const g of [() => [], () => tensor(3), () => tensor(true)])
      checkRoundTrip({ program: trace(g as () => Tensor), inputs: [] });
  });

  test('names beyond z, and the two that would be values', () => {
    let program = trace((x) => {
      let y = x as Tensor;
      for (let i = 0; i < 800; i++) y = add(y, 0.001);
      return y;
    }, tensor(1));
    checkRoundTrip({ program, inputs: [tensor(1).concrete('test')] });
    program = trace((x) => x, tensor(1));
    const many = { ...program, inputs: Array.from({ length: 365_000 }, (_, i) => i), outputs: [364_000] };
    const types = many.inputs.map(() => ({ dtype: 'float64', shape: [] }) as const);
    const text = print({ ...many, types });
    expect(text).not.toMatch(/\b(true|false):/);
    expect(text).toContain('trud: f64[], truf: f64[]');
  });

  test('params of any JSON, Programs inside lists and records, a version that is not 1', () => {
    const nested = definePrimitive<
      { branches: readonly Program[]; cases: { left: Program }; 'odd key': unknown },
      number,
      number
    >({
      name: 'parse.nested',
      version: 3,
      semantics: { kind: 'structured', operands: () => [{ role: 'carry', count: 1 }] },
      infer: ([x]) => (x === undefined ? [] : [x]),
      eval: (inputs, { branches }) => evaluate(branches[1] as Program, inputs) as Concrete[],
      pullbacks: () => () => null,
    });
    const branches = [trace((x) => mul(x, 2), tensor(1)), trace((x) => add(x, 2), tensor(1))];
    const params = {
      branches,
      cases: { left: branches[0] as Program, 'a b': [null, true, 'x, "y" // z\n', { k: -0 }] },
      'odd key': [1e21, -2.5],
    };
    const x = tensor(4).concrete('test');
    const program = programOf(nested.name, [x], params);
    const text = print(program, { constants: 'full' });
    expect(text).toContain(
      'b: f64[] = parse.nested@3[branches=[program,program], cases={left: program, "a b": [null,true,"x, \\"y\\" // z\\n",{k: -0}]}, "odd key"=[1e+21,-2.5]](carry a)',
    );
    expect(text).toContain('branches[1] (carry e: f64[]) {');
    expect(text).toContain('cases.left (carry');
    checkRoundTrip({ program, inputs: [x] });
  });

  test('written by hand: other names, spaces, comments', () => {
    const read = parseProgram(`
      // a step
      program v1 (W_f: f64[2,2],
                  h: f64[2]) {          // of a cell
        true_: f64[2] = contract[a=[0], b=[0,1], out=[1]](h, W_f)   // cell / gate f
        carry : f64[2]=tanh ( true_ )
        return: f64[2] = add(carry, h)
        return return, 1e3, f32(0.5)
      }
      // the end`);
    expect(read.equations.map(({ origin }) => origin?.scope)).toEqual([['cell', { gate: 'f' }], undefined, undefined]);
    expect(print(read)).toBe(
      'program (a: f64[2,2], b: f64[2]) {\n  c: f64[2] = contract[a=[0], b=[0,1], out=[1]](b, a)\n' +
        '  d: f64[2] = tanh(c)\n  e: f64[2] = add(d, b)\n  return e, 1000, f32(0.5)\n}',
    );
  });
});

describe('what is no Program is refused, with its place', () => {
  const body = (line: string) => `program (a: f64[2], b: f64[3]) {\n  ${line}\n  return a\n}`;
  const refused: readonly (readonly [text: string, message: string])[] = [
    [
      body('c: f64[2] = tanhh(a)'),
      'line 2, column 15: there is no primitive tanhh. Did you mean tanh?\n  c: f64[2] = tanhh(a)\n              ^',
    ],
    [
      body('c: f64[2] = frobnicate(a)'),
      'line 2, column 15: there is no primitive frobnicate. One of your own is there once definePrimitive has run.\n  c: f64[2] = frobnicate(a)\n              ^',
    ],
    [
      body('c: f64[2] = add(a)'),
      'line 2, column 15: add takes 2 operands, got 1.\n  c: f64[2] = add(a)\n              ^',
    ],
    [
      body('c: f64[2] = tanh(a, a)'),
      'line 2, column 15: tanh takes 1 operand, got 2.\n  c: f64[2] = tanh(a, a)\n              ^',
    ],
    [
      body('c: f64[3] = tanh(a)'),
      'line 2, column 6: c is declared f64[3], but tanh gives f64[2].\n  c: f64[3] = tanh(a)\n     ^',
    ],
    [
      body('c: f64[2], d: f64[2] = tanh(a)'),
      'line 2, column 26: tanh gives 1 result, 2 are declared.\n  c: f64[2], d: f64[2] = tanh(a)\n                         ^',
    ],
    [
      body('c: f64[2] = add(a, b)'),
      'line 2, column 15: add: cannot broadcast f64[2] with f64[3]: axis -1 has sizes 2 and 3.\n  c: f64[2] = add(a, b)\n              ^',
    ],
    [
      body('c: f64[2] = reshape(a)'),
      'line 2, column 15: reshape does not take (f64[2]) with these params.\n  c: f64[2] = reshape(a)\n              ^',
    ],
    [
      body('c: i32[2] = foldIn()'),
      'line 2, column 15: foldIn does not take () with these params.\n  c: i32[2] = foldIn()\n              ^',
    ],
    [
      body('c: f64[2] = tanh(x)'),
      'line 2, column 20: x is not defined here.\n  c: f64[2] = tanh(x)\n                   ^',
    ],
    [
      body('c: f64[2] = tanh(c)'),
      'line 2, column 20: c is not defined here.\n  c: f64[2] = tanh(c)\n                   ^',
    ],
    [body('a: f64[2] = tanh(a)'), 'line 2, column 3: a is defined already, on line 1.\n  a: f64[2] = tanh(a)\n  ^'],
    [
      body('c: f16[2] = tanh(a)'),
      'line 2, column 6: "f16" is not a dtype. They are f64, f32, i32, bool.\n  c: f16[2] = tanh(a)\n     ^',
    ],
    [
      body('c: f64[-1] = tanh(a)'),
      'line 2, column 10: expected an extent, found "-1".\n  c: f64[-1] = tanh(a)\n         ^',
    ],
    [body('c = tanh(a)'), 'line 2, column 5: expected ":" and the type of c, found "=".\n  c = tanh(a)\n    ^'],
    [
      body('c: f64[2] = tanh a'),
      'line 2, column 20: expected "(" and the operands of tanh, found "a".\n  c: f64[2] = tanh a\n                   ^',
    ],
    [
      body('c: f64[2] = add(a a)'),
      'line 2, column 19: the operands of add have no roles. Put "," between operands.\n  c: f64[2] = add(a a)\n                  ^',
    ],
    [
      body('c: f64[2] = tanh@2(a)'),
      'line 2, column 20: this is version 2 of tanh; the one that is registered is version 1.\n  c: f64[2] = tanh@2(a)\n                   ^',
    ],
    [
      body('c: f64[2] = constant'),
      "line 2, column 15: the elements of c: f64[2] were left out. Print with { constants: 'full' }.\n  c: f64[2] = constant\n              ^",
    ],
    [
      body('c: f64[2] = constant [1]'),
      'line 2, column 26: axis 0 of [2] has 2 entries, found 1.\n  c: f64[2] = constant [1]\n                         ^',
    ],
    [
      body('c: f64[1] = constant [1,2]'),
      'line 2, column 26: axis 0 of [1] has 1 entries, found more.\n  c: f64[1] = constant [1,2]\n                         ^',
    ],
    [
      body('c: i32[1] = constant [1.5]'),
      'line 2, column 25: expected an integer of 32 bits, found "1.5".\n  c: i32[1] = constant [1.5]\n                        ^',
    ],
    [
      body('c: bool[1] = constant [1]'),
      'line 2, column 26: expected true or false, found "1".\n  c: bool[1] = constant [1]\n                         ^',
    ],
    [
      body('c: f64[] = sum[axes=[0], axes=[0]](a)'),
      'line 2, column 28: the param axes is given twice.\n  c: f64[] = sum[axes=[0], axes=[0]](a)\n                           ^',
    ],
    [
      body('c: f64[] = sum[axes=NaN](a)'),
      'line 2, column 23: expected a value: a number, a string, true, false, null, […] or {…}; found "NaN".\n  c: f64[] = sum[axes=NaN](a)\n                      ^',
    ],
    [
      body('c: f64[] = sum[axes=[program]](a)'),
      'line 2, column 24: the Program axes[0] does not follow sum.\n  c: f64[] = sum[axes=[program]](a)\n                       ^',
    ],
    [
      body('c: f64[2] = tanh(a) $'),
      'line 2, column 23: "$" has no meaning here.\n  c: f64[2] = tanh(a) $\n                      ^',
    ],
    [
      'program (a: f64[2]) {\n  b: f64[2] = tanh(a)',
      'line 2, column 22: the text ends within the program that starts on line 1: expected an equation or return.\n  b: f64[2] = tanh(a)\n                     ^',
    ],
    [
      'program (a: f64[2]) {\n  return a\n',
      'line 2, column 11: the text ends within the program that starts on line 1: expected "," or "}".\n  return a\n          ^',
    ],
    [
      'program v2 (a: f64[]) { return a }',
      'line 1, column 9: the text is of format 2; this is a reader of format 1.\nprogram v2 (a: f64[]) { return a }\n        ^',
    ],
    [
      'program (a: f64[]) { return a } program',
      'line 1, column 33: expected the end of the text, found "program".\nprogram (a: f64[]) { return a } program\n                                ^',
    ],
    ['', 'line 1, column 1: expected "program", found the end of the text.\n\n^'],
    ['{"nodes": []}', 'line 1, column 1: expected "program", found "{".\n{"nodes": []}\n^'],
  ];
  test.each(refused)('%s', (text, message) => {
    let error: unknown;
    try {
      parseProgram(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ProgramTextError);
    const said = (error as ProgramTextError).message;
    expect(said).toBe(`parseProgram: ${message}`);
    const { line, column } = error as ProgramTextError;
    expect(said).toContain(`line ${line}, column ${column}: `);
  });

  test('inside a body: what it does not see, roles that do not fit, an end that is missing', () => {
    const f = (w: Tensor, xs: Tensor) =>
      scan((h: Tensor, x: Tensor) => ({ carry: tanh(add(mul(h, w), x)), y: h }), tensor(0), xs);
    const text = print(trace(f, tensor(1), full([3], 0)));
    const message = (changed: string): string => {
      expect(changed).not.toBe(text);
      try {
        parseProgram(changed);
      } catch (error) {
        return (error as Error).message.split('\n')[0] ?? '';
      }
      return 'nothing';
    };
    expect(message(text.replace('mul(f, e)', 'mul(f, a)'))).toBe(
      'parseProgram: line 4, column 25: a is not defined here. The body sees its own inputs and what it defines only.',
    );
    expect(message(text.replace('constants a;', 'carry a;'))).toBe(
      'parseProgram: line 2, column 77: 1 carry do not fit the params of scan: 1 constants, 1 carry, 1 xs.',
    );
    expect(message(text.replace('length=3', 'length=4'))).toBe(
      'parseProgram: line 2, column 25: scan: operand 2 is f64[3], the body takes f64[4].',
    );
    expect(message(text.slice(0, text.indexOf('return')))).toBe(
      'parseProgram: line 6, column 25: the text ends within the body that starts on line 3: expected an equation or return.',
    );
    expect(message(text.replace(/\s+body[\s\S]*?\n {4}\}/, ''))).toContain(
      'parseProgram: line 2, column 25: scan does not take ',
    );
  });

  test('any text at all is read or refused, never a failure of the reader', () => {
    const text = print(
      trace((x) => add(mul(x, 2), tensor([1, 2])), full([2], 1)),
      { constants: 'full' },
    );
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(12), fc.string({ maxLength: 4 }), (at, length, by) => {
        try {
          parseProgram(text.slice(0, at) + by + text.slice(at + length));
        } catch (error) {
          expect(error).toBeInstanceOf(ProgramTextError);
        }
      }),
      { seed: 3, numRuns: 2000 },
    );
  });
});
