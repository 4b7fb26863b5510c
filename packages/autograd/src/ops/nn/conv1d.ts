import { ArgumentError, formatType, ShapeError, type Tensor } from '@throughline/tensor';
import { checkSameDType } from '../../operand.ts';
import { contractLabels } from '../../primitives/contract.ts';
import { reshape } from '../../primitives/reshape.ts';
import { windows } from '../../primitives/windows.ts';
import { checkCount, checkFloats } from './check.ts';
import { padded, type SlidingOptions, slidingOf } from './padding.ts';

/** How a kernel is moved over a sequence. */
export interface Conv1dOptions extends SlidingOptions {
  /** Channels are divided into so many groups, each seen by its part of the results alone; 1 by default. */
  readonly groups?: number;
}

/**
 * A convolution over time, as networks have it: y_t = Σ_k x_{t·stride + k·dilation} w_k, the kernel not turned around.
 *
 * Shapes: x [T, …, C], or [B, T, …, C] with `batchFirst`; w [K, C / groups, O]; → [T', …, O]. Any axes may stand between
 * time and channels. `padding` is 'valid', 'same' (⌈T / stride⌉ results), 'causal' (no result sees later steps) or
 * [low, high] zeros. With groups, results o·O/groups … are of channels o·C/groups …; C groups are a kernel per channel.
 * Dtypes: floats, equal. Gradient: x̄ and w̄ are contractions of ȳ with w and with the windows of x.
 * @throws ShapeError when x, w and groups do not fit each other, or no window fits; ArgumentError for other counts.
 * @example conv1d(tensor([[1], [2], [4]]), tensor([[[1]], [[10]]]))   // f64[2,1] [[21], [42]]
 */
export function conv1d(x: Tensor, w: Tensor, options: Conv1dOptions = {}): Tensor {
  checkFloats('conv1d', x);
  checkSameDType('conv1d', [x, w]);
  const { groups = 1, batchFirst = false } = options;
  checkCount('conv1d', 'groups', groups);
  checkRanks(x, w, batchFirst);
  const [size = 0, each = 0, results = 0] = w.shape;
  const channels = x.shape[x.rank - 1] ?? 0;
  if (each * groups !== channels || !Number.isInteger(results / groups)) {
    throw new ShapeError(
      'conv1d',
      `${channels} channels of ${formatType(x)} in ${groups} group(s) do not fit w, ${formatType(w)}: it must be [K, C / groups, O], O a multiple of groups.`,
    );
  }
  const sliding = slidingOf('conv1d', x, size, options, 1);
  const { axis } = sliding;
  const wide = padded(x, sliding, 0);
  const cut = windows(reshape(wide, [...wide.shape.slice(0, -1), groups, each]), size, sliding);
  // [(B,) T', K, …, groups, C / groups] × [K, C / groups, groups, O / groups]: contracted over taps, then channels
  const labels = cut.shape.map((_, a) => a);
  const [tap, group, channel] = [axis + 1, cut.rank - 2, cut.rank - 1];
  const y = contractLabels(cut, reshape(w, [size, each, groups, results / groups]), {
    a: labels,
    b: [tap, channel, group, cut.rank],
    out: [...labels.filter((label) => label !== tap && label !== channel), cut.rank],
  });
  return reshape(y, [...y.shape.slice(0, -2), results]);
}

function checkRanks(x: Tensor, w: Tensor, batchFirst: boolean): void {
  const layout = batchFirst ? '[B, T, …, C]' : '[T, …, C]';
  if (x.rank < (batchFirst ? 3 : 2)) throw new ShapeError('conv1d', `x is ${formatType(x)}, not ${layout}.`);
  if (w.rank !== 3) throw new ShapeError('conv1d', `w is ${formatType(w)}, not [K, C / groups, O].`);
  if (w.shape[0] === 0) throw new ArgumentError('conv1d', `w is ${formatType(w)}: a kernel has at least one tap.`);
}
