import { ArgumentError, formatType, ShapeError, type Tensor } from '@throughline/tensor';
import { checkNumbers } from '../operand.ts';
import { contractLabels } from '../primitives/contract.ts';
import { reshape } from '../primitives/reshape.ts';
import { sum } from '../primitives/sum-broadcast.ts';
import { transpose } from '../primitives/transpose.ts';
import { diagonalOf } from './diagonal.ts';

/**
 * The product of any number of tensors over labelled axes, from left to right: `einsum('ij,jk,k->i', a, b, c)`.
 *
 * Shapes: one letter per axis. A letter that comes twice in one operand is its diagonal; letters absent from the result are
 * summed, those of one operand alone before it is multiplied. `...` stands for further axes, which broadcast. Without `->`
 * the result has the axes of `...`, then the letters that come once, in alphabetical order. Dtypes: numbers, equal.
 * Gradient: contractions of ȳ with the other operands.
 * @throws ArgumentError for a malformed spec; ShapeError when ranks or extents differ; DTypeError when dtypes differ.
 * @example einsum('ij,k->ik', tensor([[1, 2]]), tensor([3, 4]))   // f64[1,2] [[9, 12]]
 * @example einsum('i,i,i', tensor([1, 2]), tensor([3, 4]), tensor([5, 6]))   // f64[] 63
 * @example einsum('ii->i', tensor([[1, 2], [3, 4]]))   // f64[2] [1, 4]
 */
export function einsum(spec: string, ...operands: readonly Tensor[]): Tensor {
  const { lists, out } = parse(spec, operands);
  const terms = squeezed(spec, operands, lists);
  const product = terms
    .map((term, i) => alone(term, new Set([...out, ...labelsOf(terms.toSpliced(i, 1))])))
    .reduce((a, b, i) => {
      const later = new Set([...out, ...labelsOf(terms.slice(i + 1))]);
      const labels = [...new Set([...a.labels, ...b.labels])].filter((label) => later.has(label));
      const kept = i === terms.length - 1 ? out : labels;
      return { x: multiply(a, b, kept), labels: kept };
    });
  const order = out.map((label) => product.labels.indexOf(label));
  return order.every((from, to) => from === to) ? product.x : transpose(product.x, order);
}

/** A tensor and a label per axis: a letter's character code, or −1, −2, … for the axes of `...`, counted from their last. */
interface Term {
  readonly x: Tensor;
  readonly labels: readonly number[];
}

/** Labels are numbered in the order in which they come, so that one product is written in one way. */
function multiply(a: Term, b: Term, out: readonly number[]): Tensor {
  const order = [...new Set([...a.labels, ...b.labels])];
  const places = (labels: readonly number[]): number[] => labels.map((label) => order.indexOf(label));
  return contractLabels(a.x, b.x, { a: places(a.labels), b: places(b.labels), out: places(out) });
}

const labelsOf = (terms: readonly Term[]): number[] => terms.flatMap(({ labels }) => labels);

/** An operand with the diagonals taken of labels that it has twice, and without what nothing else has. */
function alone(term: Term, others: ReadonlySet<number>): Term {
  let { x, labels } = term;
  for (const label of new Set(labels)) {
    for (let twin = labels.lastIndexOf(label); twin > labels.indexOf(label); twin = labels.lastIndexOf(label)) {
      const axis = labels.indexOf(label);
      x = diagonalOf('einsum', x, 0, axis, twin); // which is the last axis of the result
      labels = [...labels.toSpliced(twin, 1).toSpliced(axis, 1), label];
    }
  }
  const summed = labels.flatMap((label, axis) => (others.has(label) ? [] : [axis]));
  if (summed.length === 0) return { x, labels };
  return { x: sum(x, summed), labels: labels.filter((label) => others.has(label)) };
}

/** Throws when extents differ under one label; an axis of `...` that is 1 here and not everywhere is dropped: it broadcasts. */
function squeezed(spec: string, operands: readonly Tensor[], lists: readonly (readonly number[])[]): Term[] {
  const known = new Map<number, { extent: number; operand: number }>();
  lists.forEach((labels, operand) => {
    labels.forEach((label, axis) => {
      const extent = operands[operand]?.shape[axis] ?? 0;
      const before = known.get(label);
      if (before === undefined || (label < 0 && before.extent === 1)) known.set(label, { extent, operand });
      else if (before.extent !== extent && !(label < 0 && extent === 1)) {
        const name = label < 0 ? 'an axis of "..."' : `"${String.fromCharCode(label)}"`;
        const at = (k: number): string => `operand ${k} (${formatType(operands[k] as Tensor)})`; // one of them
        throw new ShapeError(
          'einsum',
          `${name} in "${spec}" has extent ${before.extent} in ${at(before.operand)} and ${extent} in ${at(operand)}.`,
        );
      }
    });
  });
  return operands.map((x, i) => {
    const labels = lists[i] ?? [];
    const kept = labels.map((label, axis) => label >= 0 || x.shape[axis] === known.get(label)?.extent);
    if (kept.every(Boolean)) return { x, labels };
    return {
      x: reshape(
        x,
        x.shape.filter((_, axis) => kept[axis]),
      ),
      labels: labels.filter((_, axis) => kept[axis]),
    };
  });
}

const form = /^[a-z]*(\.{3})?[a-z]*(,[a-z]*(\.{3})?[a-z]*)*(->[a-z]*(\.{3})?[a-z]*)?$/i;

/** The labels of each operand and of the result. */
function parse(spec: string, operands: readonly Tensor[]): { lists: number[][]; out: number[] } {
  checkNumbers('einsum', operands);
  const text = spec.replaceAll(' ', '');
  if (!form.test(text)) throw new ArgumentError('einsum', `"${spec}" is not of the form "ij,jk->ik".`);
  const [left = '', right] = text.split('->');
  const parts = left.split(',');
  if (parts.length !== operands.length)
    throw new ArgumentError('einsum', `"${spec}" is for ${parts.length} operands, not ${operands.length}.`);
  const lists = parts.map((part, i) => listOf(spec, part, operands[i] as Tensor, i)); // as many, checked
  const all = lists.flat();
  const further = -Math.min(0, ...all);
  if (right !== undefined) {
    const out = expand(right, further);
    checkResult(spec, out, all, right.includes('...') ? 0 : further);
    return { lists, out };
  }
  const once = all.filter((label) => label > 0 && all.indexOf(label) === all.lastIndexOf(label));
  return { lists, out: [...expand('...', further), ...once.sort((a, b) => a - b)] };
}

function listOf(spec: string, part: string, x: Tensor, i: number): number[] {
  const letters = part.replace('...', '').length;
  const further = x.rank - letters;
  if (further < 0 || (further > 0 && !part.includes('...')))
    throw new ShapeError('einsum', `"${part}" in "${spec}" has ${letters} letters, operand ${i} is ${formatType(x)}.`);
  return expand(part, further);
}

/** `i...j` with two further axes: i, −2, −1, j. */
const expand = (part: string, further: number): number[] =>
  part.split(/(\.{3}|)/).flatMap((one) => {
    if (one === '...') return Array.from({ length: further }, (_, k) => k - further);
    return one === undefined || one === '' ? [] : [one.charCodeAt(0)];
  });

function checkResult(spec: string, out: readonly number[], all: readonly number[], dropped: number): void {
  if (dropped > 0)
    throw new ArgumentError('einsum', `"${spec}" drops the axes of "...". Write "..." in the result too.`);
  const wrong = out.find((label, i) => !all.includes(label) || out.indexOf(label) !== i);
  if (wrong === undefined) return;
  const why = all.includes(wrong) ? 'twice' : 'and in no operand';
  throw new ArgumentError('einsum', `"${spec}" has ${String.fromCharCode(wrong)} in the result ${why}.`);
}
