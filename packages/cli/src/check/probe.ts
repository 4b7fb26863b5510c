import { add, evaluate, flatten, foldIn, mul, normal, type Program, sum, trace } from '@throughline/autograd';
import { type AnyCell, type Dims, type ParamTree, type StateTree, unroll } from '@throughline/rnn';
import { isDifferentiable, type Tensor } from '@throughline/tensor';

/** The width of every problem's input: a number and a mark. */
export const inputs = 2;

/** Sizes and randomness of one check. */
export interface Sizes {
  readonly hidden: number;
  readonly steps: number;
  readonly batch: number;
  /** Sequences of the user's, [steps, batch, I], in place of drawn ones. */
  readonly xs?: Tensor;
  /** A random key: parameters, inputs and directions are drawn from keys folded out of it. */
  readonly key: Tensor;
}

export const dimsOf = ({ hidden, xs }: { readonly hidden: number; readonly xs?: Tensor }): Dims => ({
  I: xs?.shape[2] ?? inputs,
  H: hidden,
});

/** A scalar function of a cell's parameters that every output and last state enters, with random weights. */
export interface Probe {
  readonly params: ParamTree;
  /** Runs the cell as a user does. */
  loss(params: ParamTree): Tensor;
  /** The same, recorded: from the leaves of the parameters, in order. */
  readonly program: Program;
  /** √Σ of the squares of what the loss adds up: its rounding is relative to this. */
  readonly size: number;
}

/** L = Σ r ⊙ out + Σ r ⊙ s_T over all states, r, the inputs and the initial states normal. */
export function makeProbe(cell: AnyCell, sizes: Sizes): Probe {
  const draw = (n: number): Tensor => foldIn(sizes.key, n);
  const dims = dimsOf(sizes);
  const params = cell.init(draw(1), dims);
  const xs = sizes.xs ?? normal(draw(2), [sizes.steps, sizes.batch, inputs]);
  const from = randomState(cell, dims, sizes.batch, draw(3));
  const terms = (at: ParamTree): Tensor[] => {
    const run = unroll(cell, at, xs, { from });
    const ends = [run.out, ...flatten('check', run.last).leaves].filter(isDifferentiable);
    return ends.map((end, i) => mul(end, normal(draw(100 + i), end.shape, { dtype: end.dtype as 'float64' }))); // isDifferentiable: a float
  };
  const loss = (at: ParamTree): Tensor =>
    terms(at)
      .map((term) => sum(term))
      .reduce((a, b) => add(a, b));
  const flat = flatten('check', params);
  const program = trace((leaves: readonly Tensor[]) => loss(flat.rebuild(leaves) as ParamTree), flat.leaves); // the nesting of params
  const squares = terms(params).map((term) => sum(mul(term, term)).item());
  return { params, loss, program, size: Math.sqrt(squares.reduce((a, b) => a + b, 0)) };
}

/** Float states drawn small and normal, so that also the first step has gradients everywhere; others as the cell starts them. */
function randomState(cell: AnyCell, dims: Dims, batch: number, key: Tensor): StateTree {
  const flat = flatten('check', cell.initialState(dims, batch));
  const drawn = flat.leaves.map(
    (leaf, i) =>
      isDifferentiable(leaf) ? mul(normal(foldIn(key, i), leaf.shape, { dtype: leaf.dtype as 'float64' }), 0.5) : leaf, // isDifferentiable: a float
  );
  return flat.rebuild(drawn) as StateTree; // the nesting of the state
}

/** The loss of a recorded probe. */
export const lossOf = (program: Program, leaves: readonly Tensor[]): Tensor => evaluate(program, leaves)[0] as Tensor; // one output
