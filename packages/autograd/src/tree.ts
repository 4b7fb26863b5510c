import { ArgumentError, Tensor, TreeError } from '@throughline/tensor';
import { describe } from './operand.ts';

/** Nested records and arrays with leaves of one type: params, carries, states, batches. */
export type Tree<L> = L | readonly Tree<L>[] | { readonly [key: string]: Tree<L> };

/** Same structure as X, other leaves: every tensor or number of X becomes an L. */
export type Like<X, L> = X extends Tensor | number
  ? L
  : X extends readonly unknown[]
    ? { [K in keyof X]: Like<X[K], L> }
    : X extends object
      ? { [K in keyof X]: Like<X[K], L> }
      : L;

/** A tree taken apart: its leaves in order, their paths, and how to put others in their places. */
export interface Flat<L> {
  readonly leaves: readonly L[];
  /** `params.f.W`, `xs[0]`: for messages. */
  readonly paths: readonly string[];
  /** Identifies the structure: two trees of one structure have equal keys. */
  readonly structure: string;
  rebuild<M>(leaves: readonly M[]): Tree<M>;
}

type IsLeaf<L> = (value: unknown) => value is L;

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

/** A tensor or a number. */
export const isOperand = (value: unknown): value is Tensor | number => isTensor(value) || typeof value === 'number';

/** A leaf of what a function gives: a tensor, or null as gradients have it at leaves without a cotangent. */
export const isResult = (value: unknown): value is Tensor | null => value === null || isTensor(value);

/** Takes a tree apart, keys in insertion order. @throws TreeError naming the path of what is neither leaf nor branch. */
export function flatten<L = Tensor>(
  op: string,
  tree: unknown,
  isLeaf: IsLeaf<L> = isTensor as unknown as IsLeaf<L>,
  root = '',
): Flat<L> {
  const leaves: L[] = [];
  const paths: string[] = [];
  const walk = (node: unknown, path: string): string => {
    if (isLeaf(node)) {
      leaves.push(node);
      paths.push(path);
      return '*';
    }
    if (Array.isArray(node)) return `[${node.map((child, i) => walk(child, `${path}[${i}]`)).join(',')}]`;
    if (isBranch(node)) {
      const parts = Object.entries(node).map(
        ([key, child]) => `${key}:${walk(child, path === '' ? key : `${path}.${key}`)}`,
      );
      return `{${parts.join(',')}}`;
    }
    throw new TreeError(
      op,
      `${path === '' ? 'the argument' : path} is ${describe(node)}, not a tensor or a tree of tensors.`,
    );
  };
  const structure = walk(tree, root);
  return { leaves, paths, structure, rebuild: (others) => rebuild(tree, others, isLeaf) };
}

/** The same tree with `f` of each leaf, and its path, in its place. */
export function mapTree<X, M>(tree: X, f: (leaf: Tensor, path: string) => M): Like<X, M> {
  const flat = flatten('mapTree', tree);
  return flat.rebuild(flat.leaves.map((leaf, i) => f(leaf, flat.paths[i] ?? ''))) as Like<X, M>; // rebuilt in X's structure
}

/** Combines trees of one structure leaf by leaf. @throws TreeError when they differ. */
export function zipTrees<X, Y, M>(
  a: X,
  b: Y,
  f: (a: Tensor, b: Tensor, path: string) => M,
  op = 'zipTrees',
): Like<X, M> {
  const first = flatten(op, a);
  const second = flatten(op, inOrderOf(a, b));
  checkSameStructure(op, first, second);
  const leaves = first.leaves.map((leaf, i) => f(leaf, second.leaves[i] as Tensor, first.paths[i] ?? '')); // same structure
  return first.rebuild(leaves) as Like<X, M>; // rebuilt in X's structure
}

/** The tree with its records' keys in the order of `like`'s, where they have the same keys: the order means nothing. */
export function inOrderOf(like: unknown, tree: unknown): unknown {
  if (Array.isArray(like) && Array.isArray(tree)) return tree.map((child, i) => inOrderOf(like[i], child));
  if (!isBranch(like) || !isBranch(tree)) return tree;
  const models = new Map<string, unknown>(Object.entries(like));
  const children = new Map<string, unknown>(Object.entries(tree));
  const alike = models.size === children.size && [...children.keys()].every((key) => models.has(key));
  const keys = [...(alike ? models : children).keys()];
  return Object.fromEntries(keys.map((key) => [key, inOrderOf(models.get(key), children.get(key))]));
}

/** Throws unless two trees have one structure. */
export function checkSameStructure(op: string, a: Flat<unknown>, b: Flat<unknown>): void {
  if (a.structure === b.structure) return;
  const at = a.paths.find((path, i) => path !== b.paths[i]) ?? b.paths[a.paths.length];
  throw new TreeError(op, `trees differ${at ? ` at ${at}` : ''}: ${a.structure} against ${b.structure}.`);
}

function rebuild<L, M>(tree: unknown, leaves: readonly M[], isLeaf: IsLeaf<L>): Tree<M> {
  let next = 0;
  const walk = (node: unknown): Tree<M> => {
    if (isLeaf(node)) return leaves[next++] as M; // one per leaf
    if (Array.isArray(node)) return node.map(walk);
    const copy: Record<string, unknown> = { ...(node as object) }; // flatten checked it
    for (const key of Object.keys(copy)) copy[key] = walk(copy[key]);
    return copy as Tree<M>; // every child was rebuilt
  };
  return walk(tree);
}

/** A function's result. Async functions are refused: their ops would run after the transform has returned. */
export function refusePromise<R>(op: string, result: R, name = 'f'): R {
  if (!(result instanceof Promise)) return result;
  result.catch(() => {}); // what it rejects with says less than the error below
  throw new ArgumentError(
    op,
    `${name} is an async function (it returned a Promise), so its ops would run after ${op} has returned. ` +
      'Await the data first, and pass a synchronous function.',
  );
}

const isBranch = (node: unknown): node is object =>
  typeof node === 'object' && node !== null && [Object.prototype, null].includes(Object.getPrototypeOf(node));
