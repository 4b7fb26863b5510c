import { type DType, InternalError, kernels } from '@throughline/tensor';
import { numbers32, numbers64 } from '@throughline/tensor/elementary';
import type { ScalarExpression, ScalarOp } from '../semantics.ts';

/**
 * What a map's expression says of one element, by the scalar functions that define the reference kernels: a second
 * statement of the map, for tests and back ends to be held against.
 *
 * `args` are the operands' elements, `dtype` their type (for `where`, that of the values it chooses between), and `to`
 * the type that a cast goes to. Every operation rounds to `dtype`, or wraps.
 * @example evaluateExpression({ op: 'mul', args: [{ input: 0 }, { constant: 3 }] }, 'float64', [2])   // 6
 */
export function evaluateExpression(
  expression: ScalarExpression,
  dtype: DType,
  args: readonly number[],
  to: DType = dtype,
): number {
  if ('input' in expression) return args[expression.input] as number; // an expression names its own operands
  if ('constant' in expression) return convert(expression.constant, dtype);
  const values = expression.args.map((arg) => evaluateExpression(arg, dtype, args, to));
  if ('function' in expression) {
    const { steps } = expression.function;
    return dtype === 'float32' ? steps.float32(numbers32, ...values) : steps.float64(numbers64, ...values);
  }
  const [x = 0, y = 0, z = 0] = values;
  if (expression.op === 'select') return x !== 0 ? y : z;
  if (expression.op === 'cast') return convert(x, to);
  const form = forms[named[expression.op] ?? expression.op]?.[dtype];
  if (form === undefined) throw new InternalError(`the scalar operation ${expression.op} has no meaning for ${dtype}.`);
  return form(x, y);
}

type Form = (x: number, y: number) => number;

const forms: Readonly<Record<string, { readonly [D in DType]?: Form }>> = {
  ...kernels.unaryScalars,
  ...kernels.binaryScalars,
};

/** Scalar operations whose kernels go by another name, since JavaScript has a word for them. */
const named: { readonly [Op in ScalarOp]?: string } = { and: 'logicalAnd', or: 'logicalOr', not: 'logicalNot' };

/** As `cast`: to int32 truncates, saturates and makes NaN 0; to bool is x ≠ 0; to float32 rounds. */
function convert(x: number, to: DType): number {
  switch (to) {
    case 'float64':
      return x;
    case 'float32':
      return Math.fround(x);
    case 'int32':
      return Math.trunc(Math.max(-2147483648, Math.min(2147483647, x))) | 0;
    case 'bool':
      return x !== 0 ? 1 : 0;
  }
}
