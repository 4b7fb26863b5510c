import {
  isProgram,
  type Program,
  type ScalarExpression,
  type ScanParams,
  typeOf,
} from '@throughline/autograd/back-end';
import { sizeOf } from '@throughline/tensor';

/**
 * The arithmetic operations of a Program, counted in its equations: the same on every machine.
 *
 * A scalar function of an element counts one (tanh as much as +), a product over labelled axes one multiplication and one
 * addition per term, a sum one per element that goes in, what has a kernel alone one per element that comes out. Moving
 * elements is free. A loop's body counts as often as it runs; of a choice the dearer branch counts.
 * @throws RangeError for a loop of unknown length.
 */
export function operations(program: Program): number {
  return program.equations.reduce((sum, { primitive, inputs, outputs, params }) => {
    const shapes = inputs.map((id) => typeOf(program, id).shape);
    const given = outputs.reduce((size, id) => size + sizeOf(typeOf(program, id).shape), 0);
    const { semantics } = primitive;
    switch (semantics.kind) {
      case 'map':
        return sum + given * cost(semantics.expression);
      case 'reduce':
        return sum + sizeOf(shapes[0] ?? []);
      case 'contract':
        return sum + 2 * given * summed(shapes[0] ?? [], params as unknown as Labels); // the contract's own
      case 'recurrence':
        return sum + 2 * given;
      case 'scatter':
        return sum + sizeOf(shapes.at(-1) ?? []);
      case 'structured':
        return sum + inside(semantics.control, params);
      case 'host':
        return sum + given;
      default:
        return sum;
    }
  }, 0);
}

/** The labels of a contraction. */
export interface Labels {
  readonly a: readonly number[];
  readonly out: readonly number[];
}

/** How many terms each element of a contraction adds up. */
export const summed = (shape: readonly number[], { a, out }: Labels): number =>
  sizeOf(shape.filter((_, axis) => !out.includes(a[axis] as number))); // one label per axis

function cost(expression: ScalarExpression): number {
  if ('input' in expression || 'constant' in expression) return 0;
  return 1 + expression.args.reduce((sum, arg) => sum + cost(arg), 0);
}

function inside(control: string, params: object): number {
  if (control === 'while') throw new RangeError('operations: a loop of unknown length cannot be counted.');
  const counts = Object.values(params).filter(isProgram).map(operations);
  if (control === 'scan') return (params as ScanParams).length * (counts[0] ?? 0); // the scan's own
  return control === 'branch' ? Math.max(0, ...counts) : counts.reduce((a, b) => a + b, 0);
}
