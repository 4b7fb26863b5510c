import { full, type Tensor, tensor } from '@throughline/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { add, mul, scan, tanh, trace } from '../../index.ts';
import { ProgramTextError, parseProgram, print } from '../index.ts';

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
