import { ArgumentError, checkTensor, formatType, ShapeError, sizeOf, type Tensor } from '@throughline/tensor';
import { reshape } from '../primitives/reshape.ts';
import { transpose } from '../primitives/transpose.ts';

/**
 * Axes taken apart, put in another order and joined, as a pattern says: `'t b (g h) -> g t b h'`.
 *
 * A name is an axis; names in parentheses are one axis, the last of them changing fastest; `1` is an axis of extent 1. `sizes`
 * gives the extents that x does not tell: all but one within each pair of parentheses.
 *
 * Shapes: as the pattern says, of one size. Dtypes: any. Gradient: ȳ under the pattern read backwards.
 * @throws ArgumentError for a malformed pattern, or one whose sides differ in names; ShapeError when it does not fit x.
 * @example rearrange(tensor([[1, 2, 3, 4]]), 'b (g h) -> g b h', { g: 2 })   // f64[2,1,2] [[[1, 2]], [[3, 4]]]
 */
export function rearrange(x: Tensor, pattern: string, sizes: Readonly<Record<string, number>> = {}): Tensor {
  checkTensor('rearrange', x);
  const sides = pattern.split('->');
  if (sides.length !== 2) throw new ArgumentError('rearrange', `"${pattern}" is not of the form "a b -> b a".`);
  const [from, to] = sides.map((side) => groupsOf(side, pattern)) as [string[][], string[][]]; // two sides
  const [left, right] = [from.flat(), to.flat()];
  const lonely = [...left, ...right].find((name) => !left.includes(name) || !right.includes(name));
  if (lonely !== undefined) throw new ArgumentError('rearrange', `"${pattern}" has ${lonely} on one side only.`);
  const extents = extentsOf(x, from, pattern, sizes);
  const extent = (name: string): number => extents.get(name) ?? 1;
  const apart = reshape(x, left.map(extent));
  const moved = transpose(
    apart,
    right.map((name) => left.indexOf(name)),
  );
  return reshape(
    moved,
    to.map((group) => sizeOf(group.map(extent))),
  );
}

/** `a (b c) 1` is [a], [b, c], []. */
function groupsOf(side: string, pattern: string): string[][] {
  const tokens = side.match(/\([^()]*\)|[^\s()]+|[()]/g) ?? [];
  const groups = tokens.map((token) =>
    token
      .replace(/^\((.*)\)$/, '$1')
      .split(/\s+/)
      .filter((name) => !/^1?$/.test(name)),
  );
  const names = groups.flat();
  const wrong = names.find((name, i) => !/^[a-zA-Z_]\w*$/.test(name) || names.indexOf(name) !== i);
  if (wrong === undefined) return groups;
  const why = names.indexOf(wrong) === names.lastIndexOf(wrong) ? `"${wrong}", which is no name` : `${wrong} twice`;
  throw new ArgumentError('rearrange', `"${pattern}" has ${why}${why.endsWith('twice') ? ' on one side' : ''}.`);
}

function extentsOf(
  x: Tensor,
  groups: readonly (readonly string[])[],
  pattern: string,
  sizes: Readonly<Record<string, number>>,
): Map<string, number> {
  const stray = Object.keys(sizes).find((name) => !groups.flat().includes(name));
  if (stray !== undefined) throw new ArgumentError('rearrange', `sizes have ${stray}, "${pattern}" has not.`);
  if (groups.length !== x.rank)
    throw new ShapeError('rearrange', `"${pattern}" takes ${groups.length} axes, got ${formatType(x)}.`);
  const extents = new Map(Object.entries(sizes));
  groups.forEach((group, axis) => {
    const whole = x.shape[axis] ?? 0;
    const unknown = group.filter((name) => !extents.has(name));
    const known = sizeOf(group.map((name) => extents.get(name) ?? 1));
    const [first, second] = unknown;
    if (second !== undefined)
      throw new ArgumentError(
        'rearrange',
        `the extents of ${unknown.join(' and ')} in "${pattern}" are unknown. Give one.`,
      );
    if (first !== undefined && known > 0 && Number.isInteger(whole / known)) extents.set(first, whole / known);
    else if (first !== undefined || known !== whole) {
      const axes = group.length === 0 ? '1' : group.map((name) => `${name} = ${extents.get(name) ?? '?'}`).join(', ');
      throw new ShapeError('rearrange', `axis ${axis} of ${formatType(x)} is ${whole}, which is not (${axes}).`);
    }
  });
  return extents;
}
