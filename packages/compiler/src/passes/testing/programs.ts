/** @file Programs before and after passes, for tests. */
import { evaluate } from '@throughline/autograd';
import { type Program, type ScanParams, typeOf, verify } from '@throughline/autograd/back-end';
import { type Concrete, InternalError, tensor } from '@throughline/tensor';
import { isLoop } from '../loop.ts';
import type { Pass } from '../pass.ts';

/** Numbers for each input, no two alike. */
const numbers = (program: Program): Concrete[] =>
  program.inputs.map((id, i) => {
    const { dtype, shape } = typeOf(program, id);
    const size = shape.reduce((a, b) => a * b, 1);
    const list = Array.from({ length: size }, (_, k) => (dtype === 'int32' ? k % 3 : ((k * 7 + i * 5) % 11) / 7 - 0.7));
    return tensor(list, { dtype, shape: [...shape] }) as Concrete; // of numbers
  });

/** The Program after some passes, which change no bit. */
export function after(program: Program, ...passes: readonly Pass[]): Program {
  const result = passes.reduce((p, pass) => verify(pass(p)), program);
  const inputs = numbers(program);
  const given = evaluate(result, inputs);
  evaluate(program, inputs).forEach((y, k) => {
    if (!sameBits(y as Concrete, given[k] as Concrete)) throw new InternalError(`passes: output ${k} differs.`); // of numbers
  });
  return result;
}

export const loopsOf = (program: Program): ScanParams[] =>
  program.equations.filter(isLoop).map(({ params }) => params as unknown as ScanParams); // of scans
/** Of the only loop: constants, carries, sequences, ys. */
export function shapeOf(program: Program): number[] {
  const [loop, ...others] = loopsOf(program);
  if (loop === undefined || others.length > 0) throw new InternalError(`passes: ${others.length + 1} loops.`);
  const { body, constants, carry } = loop;
  return [constants, carry, body.inputs.length - constants - carry, body.outputs.length - carry];
}
export const bodyNames = (program: Program): string[][] =>
  loopsOf(program).map(({ body }) => body.equations.map(({ primitive }) => primitive.name));

const sameBits = (a: Concrete, b: Concrete): boolean =>
  a.size === b.size && a.storage.every((v, i) => Object.is(v, b.storage[i]));
