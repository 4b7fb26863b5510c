import { foldIn, uniform } from '@throughline/autograd';
import { fromStorage, type Shape, type Tensor } from '@throughline/tensor';
import { differentiate, type Ladder, type Measured } from '../differences.ts';
import { entryName, letterOf } from '../names.ts';
import { lossOf, type Probe, type Sizes } from '../probe.ts';

/** A tensor whose gradient is below this share of the loss's terms is measured against that share instead. */
export const leastShare = 1e-3;

/** Relative to the tensor's gradient. Five-point differences of a loss of this size are good to about 1e-11. */
export const differencesTolerance = 1e-9;

/** Random directions change every entry at once, so that they need smaller steps than single entries. */
const along: Ladder = { from: 7, to: 11 };
const single: Ladder = { from: 6, to: 9 };

/** One number that says something about one tensor's gradient: its product with a direction, or an entry. */
export interface Measurement {
  readonly leaf: number;
  readonly name: string;
  readonly measured: Measured;
  /** The same number, read off a gradient. */
  read(gradient: Tensor): number;
  readonly scale: number;
}

/** The gradient of a cell's parameters, leaf by leaf. */
export interface Gradient {
  readonly paths: readonly string[];
  readonly leaves: readonly Tensor[];
  readonly grads: readonly Tensor[];
}

/** ±[¼, 1): never so small that an entry goes unchecked. */
export function signs(key: Tensor, shape: Shape): Tensor {
  const drawn = uniform(key, shape, { low: -0.75, high: 0.75 }).toTypedArray();
  return fromStorage(
    drawn.map((value) => value + (value < 0 ? -0.25 : 0.25)),
    'float64',
    shape,
  );
}

/** Every tensor along its direction, at its largest entry and at a random one. */
export function measure(probe: Probe, gradient: Gradient, directions: readonly Tensor[], sizes: Sizes): Measurement[] {
  return gradient.leaves.flatMap((leaf, i) => {
    const [grad, direction, path] = [at(gradient.grads, i), at(directions, i), gradient.paths[i] ?? ''];
    if (leaf.size === 0) return [];
    const floor = leastShare * probe.size;
    const moved = (weights: readonly number[] | Float64Array, ladder: Ladder, scale: number): Measured =>
      differentiate((t) => lossOf(probe.program, gradient.leaves.with(i, step(leaf, weights, t))).item(), probe.size, {
        ...ladder,
        enough: 0.1 * differencesTolerance * scale,
      });
    const values = grad.data;
    const largest = indexOfLargest(values);
    const random = Math.floor(uniform(foldIn(sizes.key, 2000 + i), []).item() * leaf.size);
    const entryScale = Math.max(Math.abs(values[largest] ?? 0), floor);
    const entry = (index: number): Measurement => ({
      leaf: i,
      name: entryName(path, leaf.shape, index),
      measured: moved(unit(leaf.size, index), single, entryScale),
      read: (one) => one.data[index] ?? 0,
      scale: entryScale,
    });
    const wholeScale = Math.max(Math.sqrt(dot(grad, grad)), floor);
    const whole: Measurement = {
      leaf: i,
      name: letterOf(path),
      measured: moved(direction.toTypedArray() as Float64Array, along, wholeScale), // drawn as float64
      read: (one) => dot(one, direction),
      scale: wholeScale,
    };
    return [whole, entry(largest), ...(random === largest ? [] : [entry(random)])];
  });
}

/**
 * The measurement that a gradient contradicts most: by how much more than the differences' own error it is off. That error
 * counts where it is above the tolerance, as beside a kink. NaN is worst.
 */
export function worstOf(
  measurements: readonly Measurement[],
  grads: readonly Tensor[],
): { deviation: number; name: string } {
  let worst = { deviation: -1, name: '' };
  for (const { leaf, name, measured, read, scale } of measurements) {
    const off = Math.abs(measured.value - read(at(grads, leaf))) / scale;
    const doubt = measured.error / scale;
    const deviation = doubt > differencesTolerance ? Math.max(0, off - 4 * doubt) : off;
    if (!(deviation <= worst.deviation)) worst = { deviation, name };
    if (Number.isNaN(deviation)) break;
  }
  return worst;
}

export const at = (list: readonly Tensor[], i: number): Tensor => list[i] as Tensor; // one per leaf

const step = (leaf: Tensor, weights: readonly number[] | Float64Array, t: number): Tensor =>
  fromStorage(
    leaf.toTypedArray().map((value, k) => value + t * (weights[k] ?? 0)),
    leaf.dtype,
    leaf.shape,
  );

const unit = (size: number, index: number): number[] => Array.from({ length: size }, (_, k) => (k === index ? 1 : 0));

export function dot(a: Tensor, b: Tensor): number {
  const other = b.data;
  let total = 0;
  for (const [i, value] of a.toTypedArray().entries()) total += value * (other[i] ?? 0);
  return total;
}

function indexOfLargest(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (Math.abs(values[i] ?? 0) > Math.abs(values[best] ?? 0)) best = i;
  return best;
}

export const same = (a: Tensor, b: Tensor): boolean => a.toTypedArray().every((value, i) => value === b.data[i]);
