import { ArgumentError, formatType, ShapeError, sameType, type Tensor, TreeError } from '@throughline/tensor';
import { concat, stack } from '../primitives/concat-split.ts';
import { flip } from '../primitives/flip.ts';
import { reshape } from '../primitives/reshape.ts';
import { slice } from '../primitives/slice-pad.ts';
import { flatten, inOrderOf, refusePromise } from '../tree.ts';

type Leaves = readonly Tensor[];

/**
 * All running combinations of an associative operation along the leading axis: y_t = x_1 · x_2 · … · x_t.
 *
 * `combine(a, b)` takes two trees whose leaves have a leading axis and combines them row by row, the earlier rows in a;
 * it runs about 2 log₂ T times, on T rows in all twice over. `reverse` runs from the last row to the first, so there a is
 * nearer the end. Neighbours are combined first, then pairs of pairs (Blelloch 1990): one tree of sums fixed by T, so the
 * bits are the same everywhere, but not those of a sequential loop.
 *
 * Shapes: leaves [T, ...], unchanged. Gradient: that of the operations.
 * @throws ShapeError or TreeError when leaves differ in length, or combine changes a type.
 * @example associativeScan(mul, tensor([1, 2, 3, 4]))   // f64[4] [1, 2, 6, 24]
 */
export function associativeScan<X>(
  combine: (a: X, b: X) => X,
  xs: X,
  { reverse = false }: { readonly reverse?: boolean } = {},
): X {
  const flat = flatten('associativeScan', xs, undefined, 'xs');
  const length = commonLength(flat.leaves, flat.paths);
  const turned = (leaves: Leaves): Leaves => (reverse ? leaves.map((x) => flip(x, 0)) : leaves);
  const run = (a: Leaves, b: Leaves): Leaves => {
    const result = refusePromise('associativeScan', combine(flat.rebuild(a) as X, flat.rebuild(b) as X), 'combine'); // X's structure
    const given = flatten('associativeScan', inOrderOf(xs, result), undefined, 'combine');
    if (given.structure !== flat.structure) {
      throw new TreeError(
        'associativeScan',
        `combine takes ${flat.structure} but gives ${given.structure}. Return the tree it was given.`,
      );
    }
    given.leaves.forEach((y, k) => {
      const x = a[k] as Tensor; // same structure
      if (sameType(x, y)) return;
      throw new ShapeError(
        'associativeScan',
        `combine takes ${formatType(x)} but gives ${formatType(y)} at ${flat.paths[k]}. It works on all rows at once: keep their type.`,
      );
    });
    return given.leaves;
  };
  return flat.rebuild(turned(prefixes(run, turned(flat.leaves), length))) as X; // X's structure
}

/** Prefixes of pairs stand at the odd rows; each even row is the prefix before it with one more element. */
function prefixes(combine: (a: Leaves, b: Leaves) => Leaves, xs: Leaves, length: number): Leaves {
  if (length < 2) return xs;
  const rows = (list: Leaves, from: number, to: number, step = 1): Leaves =>
    list.map((x) => slice(x, [from], [to], [step]));
  const pairs = combine(rows(xs, 0, length - 1, 2), rows(xs, 1, length, 2));
  const half = length >> 1;
  const odd = prefixes(combine, pairs, half);
  if (length === 2) return interleave(rows(xs, 0, 1), odd, length);
  const before = (length & 1) === 0 ? rows(odd, 0, half - 1) : odd;
  const later = combine(before, rows(xs, 2, length, 2));
  const even = later.map((x, k) => concat([slice(xs[k] as Tensor, [0], [1]), x])); // one per leaf
  return interleave(even, odd, length);
}

/** even_0, odd_0, even_1, …: `length` rows. */
const interleave = (even: Leaves, odd: Leaves, length: number): Leaves =>
  even.map((x, k) => {
    const y = odd[k] as Tensor; // one per leaf
    const both = length & 1 ? slice(x, [0], [y.shape[0] as number]) : x; // rank ≥ 1
    const paired = reshape(stack([both, y], 1), [length & ~1, ...x.shape.slice(1)]);
    return length & 1 ? concat([paired, slice(x, [length >> 1], [(length >> 1) + 1])]) : paired;
  });

function commonLength(leaves: Leaves, paths: readonly string[]): number {
  const length = leaves[0]?.shape[0];
  leaves.forEach((x, i) => {
    const path = paths[i];
    if (x.rank === 0) {
      throw new ShapeError('associativeScan', `${path} is ${formatType(x)}: a sequence needs a leading axis.`);
    }
    if (x.shape[0] !== length) {
      throw new ShapeError(
        'associativeScan',
        `${path} is ${formatType(x)}, but ${paths[0]} is ${formatType(leaves[0] as Tensor)}: lengths differ.`, // there is one
      );
    }
  });
  if (length === undefined) throw new ArgumentError('associativeScan', 'xs has no tensor. Pass a tree with leaves.');
  return length;
}
