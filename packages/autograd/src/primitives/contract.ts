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

export const primitive: Primitive<ContractParams, 2, 1> = definePrimitive({
  name: 'contract',
  semantics: { kind: 'contract' },
  infer([a, b], params) {
    if (a.dtype === 'bool') {
      throw new DTypeError('contract', `${formatType(a)} is not a number type. Use cast(x, 'int32') first.`);
    }
    checkSameDType('contract', [a, b]);
    checkLabels(a, params.a);
    checkLabels(b, params.b);
    for (let axis = 0; axis < params.b.length; axis++) {
      const inA = params.a.indexOf(params.b[axis] as number); // axis < length
      if (inA < 0 || a.shape[inA] === b.shape[axis]) continue;
      const types = `${formatType(a)} × ${formatType(b)}`;
      throw new ShapeError('contract', `axes with one label differ: ${types} (${a.shape[inA]} ≠ ${b.shape[axis]}).`);
    }
    const shape = new Array<number>(params.out.length);
    for (let axis = 0; axis < shape.length; axis++) {
      const label = params.out[axis] as number; // axis < length
      const inA = params.a.indexOf(label);
      shape[axis] = (inA >= 0 ? a.shape[inA] : b.shape[params.b.indexOf(label)]) as number; // parse: every label is in a or b
    }
    return [{ dtype: a.dtype, shape }];
  },
  eval: ([a, b], params) => [kernels.contract(a, b, params)],
  // Y[out] = Σ A[a] B[b]  ⇒  Ā[a] = Σ Ȳ[out] B[b],  B̄[b] = Σ Ȳ[out] A[a]: closed, since each label is in two lists
  pullbacks: [
    ([ct], { inputs: [, b], params }) =>
      ct && bind(primitive, [ct, b], { a: params.out, b: params.b, out: params.a })[0],
    ([ct], { inputs: [a], params }) => ct && bind(primitive, [ct, a], { a: params.out, b: params.a, out: params.b })[0],
  ],
});

function checkLabels(type: TensorType, labels: readonly number[]): void {
  if (type.shape.length === labels.length) return;
  throw new ShapeError(
    'contract',
    `${formatType(type)} has ${type.shape.length} axes, its labels name ${labels.length}.`,
  );
}

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
