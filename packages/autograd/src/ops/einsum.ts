import { ArgumentError, checkTensor, type Tensor } from '@throughline/tensor';
import { contract } from '../primitives/contract.ts';
import { sum } from '../primitives/sum-broadcast.ts';

/**
 * A product of two tensors over labelled axes, as `contract`, in which a letter may stand in one operand alone: that axis
 * is summed first.
 *
 * Shapes: one letter per axis; letters absent from the result are summed. Dtypes: numbers, equal. Gradient: contractions
 * of ȳ with the other operand.
 * @throws ArgumentError for a malformed spec; ShapeError when extents differ; DTypeError when dtypes differ.
 * @example einsum('ij,k->ik', tensor([[1, 2]]), tensor([3, 4]))   // f64[1,2] [[9, 12]]
 */
export function einsum(spec: string, a: Tensor, b: Tensor): Tensor {
  checkTensor('einsum', a);
  checkTensor('einsum', b);
  const lists = /^([a-zA-Z]*),([a-zA-Z]*)->([a-zA-Z]*)$/.exec(spec.replaceAll(' ', ''))?.slice(1);
  if (lists === undefined) throw new ArgumentError('einsum', `"${spec}" is not of the form "ij,jk->ik".`);
  const [first, second, out] = lists as [string, string, string]; // three groups
  const reduce = (x: Tensor, own: string, other: string): { x: Tensor; letters: string } => {
    const alone = [...own].flatMap((letter, axis) => (other.includes(letter) || out.includes(letter) ? [] : [axis]));
    if (alone.length === 0 || own.length !== x.rank) return { x, letters: own };
    return { x: sum(x, alone), letters: [...own].filter((_, axis) => !alone.includes(axis)).join('') };
  };
  const p = reduce(a, first, second);
  const q = reduce(b, second, first);
  return contract(`${p.letters},${q.letters}->${out}`, p.x, q.x);
}
