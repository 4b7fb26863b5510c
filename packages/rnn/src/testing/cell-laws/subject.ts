import { evaluate, flatten, grad, key, mul, normal, splitKey, stack, sum, trace, unstack } from '@throughline/autograd';
import { ArgumentError, isDifferentiable, type Tensor } from '@throughline/tensor';
import type { AnyCell } from '../../cell.ts';
import type { Dims } from '../../dims.ts';
import { declared, type ParamTree } from '../../params.ts';
import { namedSlots, type StateTree, slotsOf } from '../../state.ts';
import { unroll } from '../../unroll.ts';

/** Compiles a function, as `compile` of @throughline/compiler does. */
export type CompileFunction = <A extends readonly unknown[], R>(
  f: (...args: A) => R,
  options?: { readonly reassociate?: boolean },
) => (...args: A) => R;

/** At what `checkCell` tries a cell. */
export interface CheckCellOptions {
  /** Extents by letter. I is 2, H is 3, and every other letter that the cell declares 2. */
  readonly dims?: Partial<Dims>;
  /** 5 by default. */
  readonly steps?: number;
  /** Rows of the batch; 2 by default. */
  readonly batch?: number;
  /** Of parameters, inputs and states; 1 by default. */
  readonly seed?: number;
  /** `compile` of @throughline/compiler: without it, compiled = interpreted is not tried. */
  readonly compile?: CompileFunction;
  /** Names of laws; all by default. */
  readonly laws?: readonly string[];
}

/** Everything a run is a function of. */
export interface Point {
  readonly params: ParamTree;
  readonly xs: Tensor;
  readonly from: StateTree;
}

/** What a run gives. */
export interface Results {
  readonly out: Tensor;
  readonly last: StateTree;
}

/** A cell, and where it is tried. */
export interface LawSubject {
  readonly cell: AnyCell;
  readonly dims: Dims;
  /** Parameters, inputs [T, B, I] and a state that the cell got to by itself. */
  readonly point: Point;
  readonly seed: number;
  readonly compile: CompileFunction | undefined;
}

/** The cell's letters, each with an extent. */
export function extentsFor(cell: AnyCell, given: Partial<Dims> = {}): Dims {
  const letters = [
    ...declared(cell.params).map(({ spec }) => spec.axes),
    ...namedSlots(slotsOf(cell.state)).map(({ slot }) => slot.axes),
  ].join('');
  const others = Object.fromEntries([...letters].filter((letter) => letter !== 'B').map((letter) => [letter, 2]));
  return { ...others, I: 2, H: 3, ...given };
}

/** A cell at random parameters, on random inputs, from a state that two steps lead to. */
export function subjectFor(cell: AnyCell, options: CheckCellOptions = {}): LawSubject {
  const { steps = 5, batch = 2, seed = 1, compile } = options;
  if (!Number.isInteger(steps) || steps < 1)
    throw new ArgumentError('checkCell', `steps is ${steps}, not a count of at least 1.`);
  if (!Number.isInteger(batch) || batch < 1)
    throw new ArgumentError('checkCell', `batch is ${batch}, not a count of at least 1.`);
  const dims = extentsFor(cell, options.dims);
  const [forParams, forXs, forState] = splitKey(key(seed), 3) as [Tensor, Tensor, Tensor]; // three were asked for
  const params = cell.init(forParams, dims);
  const dtype = dims.dtype ?? 'float64';
  const { last } = unroll(cell, params, normal(forState, [2, batch, dims.I], { dtype }));
  const point = { params, xs: normal(forXs, [steps, batch, dims.I], { dtype }), from: last };
  return { cell, dims, point, seed, compile };
}

/** The cell over the whole sequence. */
export const runOf =
  (cell: AnyCell) =>
  ({ params, xs, from }: Point): Results => {
    const { out, last } = unroll(cell, params, xs, { from });
    return { out, last };
  };

/** The same, one step after another in a loop of JavaScript. */
export const loopOf =
  (cell: AnyCell) =>
  ({ params, xs, from }: Point): Results => {
    let state = from;
    const outs = unstack(xs).map((x) => {
      const { state: next, out } = cell.step(params, state, x);
      state = next as StateTree; // of a cell whose names are unknown
      return out;
    });
    return { out: stack(outs), last: state };
  };

/** One number of all float results: each times random weights, which depend on nothing but the place in the results. */
export function lossOf(results: unknown, seed: number): Tensor {
  const leaves = flatten('checkCell', results).leaves.filter((leaf) => isDifferentiable(leaf));
  const keys = splitKey(key(seed + 1000), leaves.length);
  const terms = leaves.map(
    (leaf, i) => sum(mul(leaf, normal(keys[i] as Tensor, [...leaf.shape], { dtype: leaf.dtype as 'float64' }))), // one key each; floats
  );
  return terms.reduce((a, b) => a.add(b));
}

/** A function of a point as one of its float leaves alone, by their paths. */
export function overFloats<R>(point: Point, f: (point: Point) => R): { f: (floats: Named) => R; at: Named } {
  const flat = flatten('checkCell', point);
  const whole = (floats: Named): Point =>
    flat.rebuild(flat.leaves.map((leaf, i) => floats[flat.paths[i] as string] ?? leaf)) as unknown as Point; // one path per leaf; in the point's structure
  const at = flat.leaves.flatMap((leaf, i) =>
    isDifferentiable(leaf) ? [[flat.paths[i] as string, leaf] as const] : [],
  ); // one path per leaf
  return { f: (floats) => f(whole(floats)), at: Object.fromEntries(at) };
}

/** Tensors by name. */
export interface Named {
  readonly [name: string]: Tensor;
}

/** The gradient of the loss with respect to every float leaf, by its path: parameters, xs and states. */
export function gradientOf(f: (point: Point) => unknown, point: Point, seed: number): Named {
  const over = overFloats(point, (at) => lossOf(f(at), seed));
  return grad(over.f)(over.at) as Named; // a record like `at`
}

/** What a function gives when it is recorded first, and the Program interpreted: under the names of `like`. */
export function recorded<A>(f: (at: A) => unknown, at: A, like: unknown): unknown {
  const values = evaluate(trace(f, at), flatten('checkCell', at).leaves);
  return flatten('checkCell', like).rebuild(values);
}
