import { ArgumentError, formatType, ShapeError, sameShape, type Tensor, type TensorType } from '@throughline/tensor';
import * as kernels from '@throughline/tensor/order';
import { repeated } from '../batching.ts';
import { bind } from '../bind.ts';
import { checkSameDType, lift, type Operand } from '../operand.ts';
import { definePrimitive, type Primitive } from '../primitive.ts';

/** `lead` axes of both operands count rows, each with values of its own. */
interface Params {
  readonly side: 'left' | 'right';
  readonly lead: number;
}

const primitive: Primitive<Params, 2, 1> = definePrimitive<Params, 2>({
  name: 'searchSorted',
  semantics: { kind: 'host' },
  infer([sorted, values], { side, lead }) {
    checkSameDType('searchSorted', [sorted, values]);
    if (side !== 'left' && side !== 'right')
      throw new ArgumentError('searchSorted', `side is ${JSON.stringify(side)}. Use 'left' or 'right'.`);
    checkRows(sorted, values, lead);
    return [{ dtype: 'int32', shape: values.shape }];
  },
  eval: ([sorted, values], { side, lead }) => [kernels.searchSorted(sorted, values, lead, side === 'left')],
  batch({ inputs, mapped, params: { side, lead }, size }) {
    const [sorted, values] = inputs as readonly [Tensor, Tensor]; // the primitive's arity
    if (!mapped[0] && lead === 0) return { outputs: bind(primitive, [sorted, values], { side, lead }) };
    const all = [sorted, values].map((x, i) => (mapped[i] ? x : repeated(x, size, inputs)));
    return { outputs: bind(primitive, all as [Tensor, Tensor], { side, lead: lead + 1 }) }; // two of two
  },
  pullbacks: [null, null],
});

function checkRows(sorted: TensorType, values: TensorType, lead: number): void {
  const rows = sorted.shape.slice(0, lead);
  if (sorted.shape.length === lead + 1 && sameShape(rows, values.shape.slice(0, lead))) return;
  throw new ShapeError(
    'searchSorted',
    `sorted is ${formatType(sorted)}, not a vector, beside values ${formatType(values)}. Map over rows with vmap.`,
  );
}

/** Options of `searchSorted`. */
export interface SearchOptions {
  /** Before its equals, which is the default, or behind them. */
  readonly side?: 'left' | 'right';
}

/**
 * Where in an ascending vector each value would be inserted to keep it ascending: how many elements stand before it.
 *
 * Before its equals (`side: 'left'`) or behind them; NaN is the largest. What comes of a vector that is not ascending says
 * nothing.
 *
 * Shapes: sorted [n], values any → as values. Dtypes: any, equal → int32. Gradient: none, the result is integers.
 * @throws ShapeError unless sorted is a vector; ArgumentError for another side; DTypeError when dtypes differ.
 * @example searchSorted(tensor([1, 2, 2, 3]), 2)                        // i32[] 1
 * @example searchSorted(tensor([1, 2, 2, 3]), 2, { side: 'right' })   // i32[] 3
 */
export function searchSorted(sorted: Tensor, values: Operand, { side = 'left' }: SearchOptions = {}): Tensor {
  const [all, wanted] = lift('searchSorted', [sorted, values]) as [Tensor, Tensor]; // as many as were given
  return bind(primitive, [all, wanted], { side, lead: 0 })[0];
}
