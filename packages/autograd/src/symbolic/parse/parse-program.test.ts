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
import { type PrintOptions, parseProgram, print, verify } from '../index.ts';

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
      semantics: { kind: 'structured', control: 'call', operands: () => [{ role: 'carry', count: 1 }] },
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
