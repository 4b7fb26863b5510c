import { full, type Tensor, type TensorType, tensor } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { add, concat, type Equation, grad, jvp, mul, type Program, scan, sum, tanh, trace } from './index.ts';
import { verify } from './symbolic/index.ts';

const f64 = (...shape: number[]): TensorType => ({ dtype: 'float64', shape });

/** a, b → c = a · b, d = c + a, with 2.5 as a constant that e = d · 2.5 uses. */
const good = trace((a, b) => mul(add(mul(a, b), a), 2.5), tensor(1), tensor(2));
const broken = (change: Partial<Program>): Program => ({ ...good, ...change });
const withEquation = (n: number, change: Partial<Equation>): Program =>
  broken({ equations: good.equations.map((equation, i) => (i === n ? { ...equation, ...change } : equation)) });

describe('verify', () => {
  test('accepts what trace records, and returns it', () => {
    expect(verify(good)).toBe(good);
    const step = (h: Tensor, x: Tensor) => ({
      carry: tanh(add(h, x)),
      y: mul(h, x),
    });
    const loop = (h: Tensor, xs: Tensor) => sum(scan(step, h, xs).ys);
    const args = [full([2], 0.5), full([7, 2], 0.25)] as const;
    for (const program of [
      trace(loop, ...args),
      trace((h, xs) => grad(loop)(h, xs), ...args),
      trace((h, xs) => grad((h2: Tensor) => sum(grad(loop)(h2, xs)))(h), ...args),
      trace((h, xs) => jvp((h2: Tensor) => loop(h2, xs), h, h).tangent, ...args),
      trace(() => []),
    ]) {
      expect(verify(program)).toBe(program);
    }
  });

  const failures: [string, Program, string][] = [
    ['a variable out of range', broken({ outputs: [99] }), 'verify: output 0 is variable 99, but variables are 0…5.'],
    ['a fraction as id', broken({ outputs: [0.5] }), 'verify: output 0 is variable 0.5, but variables are 0…5.'],
    ['an input twice', broken({ inputs: [0, 0] }), 'verify: input 1, variable 0, is defined already.'],
    [
      'use before definition',
      broken({ equations: good.equations.toReversed() }),
      'verify: equation 0 (mul): operand 0, variable 4, is used before it is defined.',
    ],
    [
      'two definitions',
      withEquation(1, { outputs: [3] }),
      'verify: equation 1 (add): result 0, variable 3, is defined already.',
    ],
    [
      'an output nothing defines',
      { inputs: [], constants: new Map(), equations: [], outputs: [0], types: [f64()] },
      'verify: output 0, variable 0, is not defined.',
    ],
    [
      'a gap in the ids',
      broken({ types: [...good.types, f64()] }),
      'verify: variable 6 has a type, but nothing defines it.',
    ],
    [
      'a wrong result type',
      broken({ types: good.types.with(4, f64(2)) }),
      'verify: equation 1 (add): result 0 is f64[2], its primitive infers f64[].',
    ],
    [
      'operands that do not fit',
      broken({ types: good.types.with(0, f64(2)).with(1, f64(3)) }),
      'verify: equation 0 (mul): its operands or params do not fit. mul: cannot broadcast f64[2] with f64[3]: axis -1 has sizes 2 and 3.',
    ],
    [
      'a wrong count of results',
      withEquation(2, { outputs: [] }),
      'verify: equation 2 (mul): it has 0 results, its primitive infers 1.',
    ],
    [
      'a constant of another type',
      broken({ constants: new Map([[2, full([2], 1).concrete('test')]]) }),
      'verify: the constant 2 is f64[2], its variable is f64[].',
    ],
    [
      'a function as param',
      withEquation(0, { params: { f: (() => 0) as unknown as string } }),
      'verify: equation 0 (mul): its param f is a function, neither a JSON value nor a Program.',
    ],
    [
      'a number JSON cannot hold',
      withEquation(0, { params: { list: [1, Number.NaN] } }),
      'verify: equation 0 (mul): its param list[1] is NaN, neither a JSON value nor a Program.',
    ],
    [
      'a typed array as param',
      withEquation(0, { params: { at: { where: new Int32Array(2) as unknown as string } } }),
      'verify: equation 0 (mul): its param at.where is a Int32Array, neither a JSON value nor a Program.',
    ],
    [
      'a primitive that is not registered',
      withEquation(0, { primitive: { ...(good.equations[0] as Equation).primitive } }),
      'verify: equation 0 (mul): its primitive is not a registered one.',
    ],
    [
      'no type',
      broken({ types: good.types.with(1, { dtype: 'float64', shape: [-1] }) }),
      'verify: variable 1 has no valid type: {"dtype":"float64","shape":[-1]}.',
    ],
  ];
  for (const [what, program, message] of failures) {
    test(`refuses ${what}`, () => {
      expect(() => verify(program)).toThrow(expect.objectContaining({ name: 'ArgumentError', message }));
    });
  }

  test('looks into bodies, and names the way there', () => {
    const loop = trace(
      (h: Tensor, xs: Tensor) => scan((c: Tensor, x: Tensor) => ({ carry: add(c, x), y: c }), h, xs),
      tensor(0),
      full([3], 1),
    );
    const equation = loop.equations[0] as Equation;
    const body = equation.params.body as Program;
    const change = (params: object): Program => ({
      ...loop,
      equations: [{ ...equation, params: { ...equation.params, ...params } }],
    });
    expect(() => verify(change({ body: { ...body, types: [...body.types, f64()] } }))).toThrow(
      'verify: equation 0 (scan), body: variable 3 has a type, but nothing defines it.',
    );
    expect(() => verify(change({ body: { ...body, outputs: [] } }))).toThrow(
      'verify: equation 0 (scan): its operands or params do not fit. scan: the body has no input and output for carry 0.',
    );
    expect(() => verify({ ...loop, equations: [{ ...equation, inputs: [0, 1, 1] }] })).toThrow(
      'verify: equation 0 (scan): its operands or params do not fit. scan: got 3 operands, the body takes 2.',
    );
    const other = trace((c: Tensor, x: Tensor) => [concat([c, x]), c], full([1], 0), full([1], 0));
    expect(() => verify(change({ body: other }))).toThrow(
      'scan: carry 0 enters the body as f64[1] but leaves it as f64[2].',
    );
  });
});
