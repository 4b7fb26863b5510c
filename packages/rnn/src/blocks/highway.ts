import { relu, sigmoid, sub } from '@throughline/autograd';
import { formatType, ShapeError, type Tensor } from '@throughline/tensor';
import { type DenseParams, dense, project } from '../cells/dense.ts';
import { constant, initialize } from '../init.ts';
import { checkExtents } from '../layers/extents.ts';
import type { Layer } from '../layers/layer.ts';
import type { ParamSpecs } from '../params.ts';

/** How a highway is made. */
export interface HighwayOptions<N extends string> {
  /** The width, of its input and of its output. */
  readonly I: number;
  /** How many layers, one after the other; 1 by default. */
  readonly depth?: number;
  /** Where the biases of the transform gates start: −1 by default, so that layers pass on most of what they get. */
  readonly transferBias?: number;
  /** relu by default. */
  readonly activation?: (x: Tensor) => Tensor;
  readonly name?: N;
}

/** The two maps of each layer, `l1`, `l2`, …: W [I, I], b [I]. */
export interface HighwayParams {
  readonly [layer: string]: { readonly n: DenseParams; readonly t: DenseParams };
}

/**
 * A highway network: feed-forward layers, each of which passes on what it does not change.
 *
 * t = σ(x W_t + b_t), n = φ(x W_n + b_n), y = t ⊙ n + (1 − t) ⊙ x, `depth` times, the carry gate being 1 − t. The LSTM's idea
 * across layers instead of steps: where t is 0 the gradient passes by 1. Over time there is `rhn`.
 * Shapes: [..., I] → [..., I]; each layer has W [I, I] and b [I] twice, uniform in ±1/√I but for b_t.
 * Source: Srivastava, Greff, Schmidhuber, "Training very deep networks", 2015.
 * @throws ArgumentError unless I and depth are integers ≥ 1; ShapeError when the last axis is not I.
 * @example highway({ I: 3, depth: 2 }).apply(highway({ I: 3, depth: 2 }).init(key(1)), zeros([5, 3])).out.shape.join()   // 5,3
 */
export function highway<const N extends string = 'highway'>(
  options: HighwayOptions<N>,
): Layer<N, HighwayParams, undefined> {
  const { I, depth = 1, transferBias = -1, activation = relu } = options;
  checkExtents('highway', { I, depth });
  const name = (options.name ?? 'highway') as N; // N is 'highway' unless a name was given
  const bias = constant(transferBias);
  const specs: ParamSpecs = Object.fromEntries(
    Array.from({ length: depth }, (_, l) => [
      `l${l + 1}`,
      { n: dense({ axes: 'II' }), t: dense({ axes: 'II', bias }) },
    ]),
  );
  return Object.freeze({
    name,
    takes: I,
    gives: I,
    init: (key, { dtype = 'float64' } = {}) =>
      initialize(name, specs, key, { I, H: I, dtype }) as unknown as HighwayParams, // as declared
    apply(params, x) {
      if (x.shape.at(-1) !== I) {
        throw new ShapeError(name, `x is ${formatType(x)}; its last axis must be I = ${I}.`);
      }
      let y = x;
      for (const layer of Object.keys(specs)) {
        const { n: forN, t: forT } = params[layer] as HighwayParams[string]; // as declared
        const t = sigmoid(project(forT, y));
        y = t.mul(activation(project(forN, y))).add(sub(1, t).mul(y));
      }
      return { out: y, last: undefined };
    },
  } satisfies Layer<N, HighwayParams, undefined>);
}
