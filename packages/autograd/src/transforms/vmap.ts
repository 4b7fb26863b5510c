import {
  ArgumentError,
  AxisError,
  formatType,
  full,
  ShapeError,
  Tensor,
  type TensorType,
  TreeError,
} from '@throughline/tensor';
import { Batching, repeated } from '../batching.ts';
import { lookUp, within } from '../bind.ts';
import { describe } from '../operand.ts';
import { moveAxes } from '../primitives/transpose.ts';
import { flatten, isOperand, isResult, refusePromise } from '../tree.ts';

/** An axis for every leaf, null for none, or a tree of these that has the structure of the values, or ends earlier. */
export type Axes = number | null | readonly Axes[] | { readonly [key: string]: Axes };

/** Options of `vmap`. */
export interface VmapOptions {
  /** Where the examples lie in the arguments: one for all, or a list with one per argument. Default 0. */
  readonly inAxes?: Axes;
  /** Where they go in the result. Default 0. */
  readonly outAxes?: Axes;
}

/**
 * A function of one example as a function of many: `f` runs once, every op in it on the whole batch.
 *
 * Arguments are trees of tensors, cut along `inAxes`; null there leaves an argument, or part of one, as it is (it may
 * then be anything). Inside `f` values have one example's shape, and no numbers that could be read. Each result has the
 * axis of examples at `outAxes`, and the bits that a loop over the examples gives. Derivatives go through it, and it
 * through them: `vmap(grad(f), { inAxes: [null, 0] })` gives a gradient per example.
 * @throws ArgumentError when nothing is mapped; ShapeError when the numbers of examples differ; AxisError when an axis is
 * out of range; TreeError when axes do not fit an argument; TraceError when `f` reads a value.
 * @example vmap((x) => sum(mul(x, x)))(tensor([[1, 2], [3, 4]]))                               // f64[2] [5, 25]
 * @example vmap((w, x) => mul(w, x), { inAxes: [null, 1] })(tensor(2), tensor([[1, 2], [3, 4]]))   // f64[2,2] [[2, 6], [4, 8]]
 */
export function vmap<A extends readonly unknown[] = readonly Tensor[], Y = Tensor>(
  f: (...args: A) => Y,
  options: VmapOptions = {},
): (...args: A) => Y {
  const { inAxes = 0, outAxes = 0 } = options;
  return (...args) => {
    const axes = typeof inAxes === 'number' || inAxes === null ? args.map(() => inAxes) : inAxes;
    const size = countExamples(axes, args);
    return within(
      (level) => new Batching(level, size),
      (batching) => {
        const inputs = walkAxes('inAxes', axes, args, 'args', (axis, node, path) =>
          axis === null ? node : mapLeaves(node, path, (leaf) => batching.input(moveAxes(leaf, front(axis, leaf), 0))),
        );
        const result = refusePromise('vmap', f(...(inputs as unknown as A))); // rebuilt in A's structure
        return walkAxes('outAxes', outAxes, result, 'value', (axis, node, path) => {
          const { leaves, paths, rebuild } = flatten('vmap', node, isResult, path);
          return rebuild(leaves.map((leaf, i) => leaf && collect(batching, lookUp(leaf), axis, paths[i] ?? '')));
        }) as Y; // rebuilt in Y's structure
      },
    );
  };
}

/** The common extent of the mapped axes. */
function countExamples(axes: Axes, args: readonly unknown[]): number {
  let first: { size: number; what: string } | undefined;
  walkAxes('inAxes', axes, args, 'args', (axis, node, path) =>
    axis === null
      ? node
      : mapLeaves(node, path, (leaf, leafPath) => {
          checkAxis('inAxes', axis, leaf, leafPath);
          const size = leaf.shape[front(axis, leaf)] ?? 0;
          const what = `${leafPath} (${formatType(leaf)}) has ${size} along axis ${axis}`;
          first ??= { size, what };
          if (first.size === size) return leaf;
          throw new ShapeError(
            'vmap',
            `the numbers of examples differ: ${first.what}, ${what}. Give null in inAxes for what all examples share.`,
          );
        }),
  );
  if (first !== undefined) return first.size;
  throw new ArgumentError('vmap', 'nothing is mapped. Give an axis in inAxes for at least one argument.');
}

/** A result with its examples where they are wanted. */
function collect(batching: Batching, y: Tensor, axis: number | null, path: string): Tensor {
  const values = batching.valuesOf(y);
  if (axis === null) {
    if (values === null) return y;
    throw new ArgumentError(
      'vmap',
      `outAxes is null for ${path} (${formatType(y)}), which differs between examples. Give it an axis.`,
    );
  }
  const all = values ?? repeated(y, batching.size);
  checkAxis('outAxes', axis, all, path);
  return moveAxes(all, 0, front(axis, all));
}

const front = (axis: number, { shape }: TensorType): number => (axis < 0 ? axis + shape.length : axis);

function checkAxis(option: string, axis: number, type: TensorType, path: string): void {
  const rank = type.shape.length;
  if (Number.isInteger(axis) && axis >= -rank && axis < rank) return;
  const range = rank === 0 ? 'a scalar has no axes' : `axes are ${-rank}…${rank - 1}`;
  const remedy = option === 'inAxes' ? ' Give null for what all examples share.' : '';
  throw new AxisError(
    'vmap',
    `${option} ${axis} is out of range for ${path} (${formatType(type)}): ${range}.${remedy}`,
  );
}

function mapLeaves(node: unknown, path: string, f: (leaf: Tensor, path: string) => Tensor): unknown {
  const { leaves, paths, rebuild } = flatten('vmap', node, isOperand, path);
  return rebuild(leaves.map((leaf, i) => f(leaf instanceof Tensor ? leaf : full([], leaf), paths[i] ?? '')));
}

/** Goes down a tree together with its axes, as far as these go, and puts what `visit` gives in place of the parts. */
function walkAxes(
  option: string,
  axes: Axes,
  node: unknown,
  path: string,
  visit: (axis: number | null, node: unknown, path: string) => unknown,
): unknown {
  if (axes === null || typeof axes === 'number') return visit(axes, node, path);
  const down = (child: Axes, key: string | number, name: string): unknown =>
    walkAxes(option, child, (node as Readonly<Record<string, unknown>>)[key], `${path}${name}`, visit); // alike, see below
  if (!alike(axes, node)) {
    throw new TreeError(
      'vmap',
      `${option} is ${outline(axes)} for ${path}, which is ${outline(node)}. Give one axis for all of it, or one for each part.`,
    );
  }
  if (Array.isArray(axes)) return axes.map((child: Axes, i) => down(child, i, `[${i}]`));
  return Object.fromEntries(Object.entries(axes).map(([key, child]) => [key, down(child, key, `.${key}`)]));
}

const keysOf = (node: unknown): string[] | null =>
  typeof node === 'object' && node !== null && !(node instanceof Tensor) ? Object.keys(node).sort() : null;

const alike = (axes: unknown, node: unknown): boolean =>
  Array.isArray(axes) === Array.isArray(node) && keysOf(axes) !== null && `${keysOf(axes)}` === `${keysOf(node)}`;

function outline(node: unknown): string {
  if (node instanceof Tensor) return formatType(node);
  if (Array.isArray(node)) return `a list of ${node.length}`;
  const keys = keysOf(node);
  return keys === null ? describe(node) : `{ ${keys.join(', ')} }`;
}
