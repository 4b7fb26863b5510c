import { cast, foldIn, key, mapTree, mul, normal, splitKey } from '@throughline/autograd';
import { isDifferentiable, type Tensor } from '@throughline/tensor';
import type { AnyCell } from '../../cell.ts';
import type { Dims } from '../../dims.ts';
import { mapSpecs, type ParamTree } from '../../params.ts';
import type { StateTree } from '../../state.ts';

/** What a run is made from. */
export interface Specimen {
  readonly cell: AnyCell;
  readonly params: ParamTree;
  /** [B, I] each, in the order in which they run. */
  readonly inputs: readonly Tensor[];
  readonly from: StateTree;
  /** `seed 3, parameters at 1.5/√n`. */
  readonly name: string;
}

/**
 * By seed: the size of matrices relative to 1/√(extent of the first axis), and of inputs and biases. Moderate, nearly
 * linear (where slopes are largest, and bounds are tight), chaotic, contracting, and in between.
 */
const sizes = [
  { matrices: 1, drive: 1 },
  { matrices: 1.2, drive: 0.05 },
  { matrices: 1.8, drive: 1 },
  { matrices: 0.4, drive: 1 },
  { matrices: 1.3, drive: 0.3 },
] as const;
/** Steps before the first one that is looked at, so that states are such as the cell reaches. */
const warmUp = 5;

/**
 * A run on generic numbers: no parameter is zero, biases included, nothing is symmetric, and the states are ones that
 * the cell reached from normal inputs. `as initialised` leaves the parameters as `cell.init` draws them.
 */
export function specimen(
  cell: AnyCell,
  dims: Dims,
  options: {
    readonly seed: number;
    readonly index: number;
    readonly steps: number;
    readonly batch: number;
    readonly asInitialised: boolean;
  },
): Specimen {
  const { seed, index, steps, batch, asInitialised } = options;
  const [forParams, forInputs, forStates] = splitKey(key(seed), 3) as [Tensor, Tensor, Tensor]; // three
  const size = sizes[index % sizes.length] ?? sizes[0];
  const drawn = cell.init(forParams, dims);
  const params = asInitialised ? drawn : randomised(cell, drawn, forParams, size);
  const xs = Array.from({ length: warmUp + steps }, (_, t) =>
    mul(normal(foldIn(forInputs, t), [batch, dims.I], { dtype: 'float64' }), size.drive),
  );
  let draws = 0;
  const begin = (leaf: Tensor): Tensor => start(leaf, foldIn(forStates, draws++), 0.3 * size.drive);
  let state = mapTree(cell.initialState(dims, batch), begin) as StateTree; // the same nesting
  for (const x of xs.slice(0, warmUp)) state = cell.step(params, state, x).state as StateTree; // the cell checked it
  return {
    cell,
    params,
    inputs: xs.slice(warmUp),
    from: state,
    name: `seed ${seed}, parameters ${asInitialised ? 'as initialised' : `of size ${size.matrices}/√n`}, inputs of size ${size.drive}`,
  };
}

const start = (leaf: Tensor, from: Tensor, size: number): Tensor =>
  isDifferentiable(leaf) ? mul(normal(from, leaf.shape, { dtype: 'float64' }), size) : leaf;

function randomised(cell: AnyCell, drawn: ParamTree, from: Tensor, size: (typeof sizes)[number]): ParamTree {
  let n = 1000;
  return mapSpecs(cell.params, (_, path) => {
    const like = path.split('.').reduce<unknown>((at, part) => (at as ParamTree)[part], drawn) as Tensor; // the path of a leaf
    const scale = like.rank < 2 ? size.drive : size.matrices / Math.sqrt(like.shape[0] ?? 1);
    return mul(normal(foldIn(from, n++), like.shape, { dtype: 'float64' }), scale);
  }) as ParamTree; // the nesting of the declarations
}

/** The same in float64, in which claims are measured. */
export function inDouble(given: Specimen): Specimen {
  const double = (x: Tensor): Tensor => (x.dtype === 'float32' ? cast(x, 'float64') : x);
  return {
    ...given,
    params: mapTree(given.params, double) as ParamTree, // the same nesting
    inputs: given.inputs.map(double),
    from: mapTree(given.from, double) as StateTree, // the same nesting
  };
}
