import {
  ArgumentError,
  DTypeError,
  formatType,
  kernels,
  ShapeError,
  type Tensor,
  type TensorType,
} from '@throughline/tensor';
import { bind } from '../bind.ts';
import { checkSameDType } from '../operand.ts';
import { definePrimitive, type Primitive } from '../primitive.ts';

/** Labels per axis. Each label stands at most once in a list and in at least two of the three. */
interface ContractParams {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly out: readonly number[];
}

const primitive: Primitive<ContractParams, 2, 1> = definePrimitive({
  name: 'contract',
  semantics: { kind: 'contract' },
  infer([a, b], params) {
    const extents = new Map<number, number>();
    const read = (type: TensorType, labels: readonly number[]): void => {
      if (type.shape.length !== labels.length) {
        throw new ShapeError(
          'contract',
          `${formatType(type)} has ${type.shape.length} axes, its labels name ${labels.length}.`,
        );
      }
      labels.forEach((label, axis) => {
        const extent = type.shape[axis] as number; // as many labels as axes
        const known = extents.get(label) ?? extent;
        if (known !== extent) {
          const types = `${formatType(a)} × ${formatType(b)}`;
          throw new ShapeError('contract', `axes with one label differ: ${types} (${known} ≠ ${extent}).`);
        }
        extents.set(label, extent);
      });
    };
    if (a.dtype === 'bool')
      throw new DTypeError('contract', `${formatType(a)} is not a number type. Use cast(x, 'int32') first.`);
    checkSameDType('contract', [a, b]);
    read(a, params.a);
    read(b, params.b);
    return [{ dtype: a.dtype, shape: params.out.map((label) => extents.get(label) as number) }]; // parse: every label is in a or b
  },
  eval: ([a, b], params) => [kernels.contract(a, b, params)],
  // Y[out] = Σ A[a] B[b]  ⇒  Ā[a] = Σ Ȳ[out] B[b],  B̄[b] = Σ Ȳ[out] A[a]: closed, since each label is in two lists
  pullbacks: [
    ([ct], { inputs: [, b], params }) =>
      ct && bind(primitive, [ct, b], { a: params.out, b: params.b, out: params.a })[0],
    ([ct], { inputs: [a], params }) => ct && bind(primitive, [ct, a], { a: params.out, b: params.a, out: params.b })[0],
  ],
});

/**
 * The product of two tensors over labelled axes: `contract('ij,jk->ik', a, b)` is the matrix product.
 *
 * Shapes: one letter per axis; letters absent from the result are summed, in ascending order of index. Each letter stands
 * at most once in an operand, and in at least two of the three lists. Dtypes: numbers, equal. Gradient: each cotangent
 * is a contraction of ȳ with the other operand.
 * @throws ArgumentError for a malformed spec; ShapeError when extents differ; DTypeError when dtypes differ.
 * @example contract('i,i->', tensor([1, 2]), tensor([3, 4]))   // f64[] 11
 */
export function contract(spec: string, a: Tensor, b: Tensor): Tensor {
  checkSameDType('contract', [a, b]);
  return bind(primitive, [a, b], parse(spec))[0];
}

/** `contract` with labels as numbers, for composites. */
export const contractLabels = (a: Tensor, b: Tensor, params: ContractParams): Tensor =>
  bind(primitive, [a, b], params)[0];

function parse(spec: string): ContractParams {
  const match = /^([a-zA-Z]*),([a-zA-Z]*)->([a-zA-Z]*)$/.exec(spec.replaceAll(' ', ''));
  if (match === null) throw new ArgumentError('contract', `"${spec}" is not of the form "ij,jk->ik".`);
  const lists = match.slice(1).map((letters) => [...letters]) as [string[], string[], string[]]; // three groups
  const letters = [...new Set(lists.flat())];
  for (const list of lists) {
    const twice = list.find((letter, i) => list.indexOf(letter) !== i);
    if (twice !== undefined) throw new ArgumentError('contract', `"${spec}" has ${twice} twice in one list.`);
  }
  for (const letter of letters) {
    if (lists.filter((list) => list.includes(letter)).length < 2) {
      throw new ArgumentError(
        'contract',
        `"${spec}" has ${letter} in one list only. Use sum or broadcastTo for such an axis.`,
      );
    }
  }
  const [a, b, out] = lists.map((list) => list.map((letter) => letters.indexOf(letter))) as [
    number[],
    number[],
    number[],
  ]; // three lists
  return { a, b, out };
}
