import { flatten } from '@throughline/autograd';
import { ArgumentError, type Tensor } from '@throughline/tensor';
import type { Cell, Taps } from '../../cell.ts';
import type { ParamSpecs, ParamsOf } from '../../params.ts';
import type { StateSpec } from '../../state.ts';
import { bptt } from './bptt.ts';
import { type FromOptions, isGradient, type StepLoss } from './per-step.ts';
import { truncatedBptt } from './truncated-bptt.ts';

/** How far an estimate of a gradient is from the gradient. */
export interface Bias {
  /** ‖estimate − gradient‖ / ‖gradient‖: 0 when both are 0, ∞ when the gradient alone is. */
  readonly relative: number;
  /** The cosine of the angle between the two; NaN when one of them is 0. */
  readonly cosine: number;
}

/** The bias of truncated backpropagation at one window. */
export interface TruncationBias extends Bias {
  readonly window: number;
  /** The same by parameter, under its dotted name. */
  readonly params: { readonly [name: string]: Bias };
}

/**
 * The bias of truncated backpropagation through time, for each window, against the full gradient.
 *
 * One entry per window: over all parameters together, and for each by name (`f.U`). `stride` as in `truncatedBptt`.
 * @throws ArgumentError when a window is not a number of steps; otherwise as `bptt`.
 * @example truncationBias(rnn, (out) => sum(out), { windows: [1, 3] })(rnn.init(key(1), { I: 1, H: 2 }), ones([3, 1, 1]), {})[1].relative   // 0
 */
export function truncationBias<P extends ParamSpecs, S extends StateSpec, T extends Taps, Y>(
  cell: Cell<P, S, T>,
  loss: StepLoss<Y>,
  options: { readonly windows: readonly number[]; readonly stride?: number },
): (params: ParamsOf<P>, xs: Tensor, targets: Y, options?: FromOptions<S>) => TruncationBias[] {
  const { windows, stride } = options;
  if (!Array.isArray(windows))
    throw new ArgumentError('truncationBias', 'windows is not a list. Pass { windows: [1, 5, 20] }.');
  return (params, xs, targets, from = {}) => {
    const full = leavesOf(bptt(cell, loss)(params, xs, targets, from).gradients);
    return windows.map((window: number) => {
      const truncation = stride === undefined ? { window } : { window, stride: Math.min(stride, window) };
      const estimate = leavesOf(truncatedBptt(cell, loss, truncation)(params, xs, targets, from).gradients);
      const all = compare(estimate.flatMap(valuesOf), full.flatMap(valuesOf));
      const byName = full.map(
        (leaf, i) => [leaf.name, compare(valuesOf(estimate[i] ?? leaf), valuesOf(leaf))] as const,
      );
      return { window, ...all, params: Object.fromEntries(byName) };
    });
  };
}

interface Leaf {
  readonly name: string;
  readonly value: Tensor;
}

function leavesOf(gradients: unknown): Leaf[] {
  const { leaves, paths } = flatten('truncationBias', gradients, isGradient);
  return leaves.flatMap((value, i) => (value === null ? [] : [{ name: paths[i] ?? '', value }]));
}

const valuesOf = ({ value }: Leaf): number[] => [...value.data];

/** Both scaled by the largest entry, so that squares of vanishing gradients do not underflow. */
function compare(estimate: readonly number[], gradient: readonly number[]): Bias {
  const scale = [...estimate, ...gradient].reduce((largest, x) => Math.max(largest, Math.abs(x)), 0);
  if (scale === 0) return { relative: 0, cosine: Number.NaN };
  let [dot, left, right, off] = [0, 0, 0, 0];
  gradient.forEach((exact, i) => {
    const [a, b] = [(estimate[i] ?? 0) / scale, exact / scale];
    dot += a * b;
    left += a * a;
    right += b * b;
    off += (a - b) * (a - b);
  });
  return { relative: Math.sqrt(off) / Math.sqrt(right), cosine: dot / (Math.sqrt(left) * Math.sqrt(right)) };
}
