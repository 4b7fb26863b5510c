import { concat, mapTree, reshape, scan, slice, type Tensor, zipTrees } from 'throughline';

/**
 * A function of rows, on a block of them at a time: what it makes on the way is as large as a block asks for, not as all
 * rows do. `f` takes a tree of tensors with one leading axis, and gives one with that axis.
 */
export function byBlocks<X, Y>(f: (rows: X) => Y, xs: X, rows: number, size: number): Y {
  const whole = rows - (rows % size);
  const rest = whole < rows ? f(mapTree(xs, (x: Tensor) => slice(x, [whole], [rows])) as X) : undefined; // X's structure
  if (whole === 0 && rest !== undefined) return rest;
  const cut = (x: Tensor): Tensor => reshape(slice(x, [0], [whole]), [whole / size, size, ...x.shape.slice(1)]);
  const { ys } = scan((carry: [], block: X) => ({ carry, y: f(block) }), [], mapTree(xs, cut) as X); // as above
  const joined = mapTree(ys, (y: Tensor) => reshape(y, [whole, ...y.shape.slice(2)])) as Y; // as above
  return rest === undefined ? joined : (zipTrees(joined, rest, (a: Tensor, b: Tensor) => concat([a, b])) as Y);
}
