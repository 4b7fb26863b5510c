import { flatten, foldIn, jvp, type Program, uniform, valueAndGrad } from '@throughline/autograd';
import type { AnyCell } from '@throughline/rnn';
import { fromStorage, NotDifferentiableError, type Shape, type Tensor } from '@throughline/tensor';
import { differentiate, type Ladder, type Measured, median } from '../differences.ts';
import type { Check } from '../facts.ts';
import { entryName, letterOf } from '../names.ts';
import { plantings } from '../planted-error.ts';
import { lossOf, makeProbe, type Probe, type Sizes } from '../probe.ts';

/** Relative to the tensor's gradient. Five-point differences of a loss of this size are good to about 1e-11. */
const differencesTolerance = 1e-9;
/** Two orders of the same sums: rounding of some thousand additions. */
const forwardTolerance = 1e-12;
/** A tensor whose gradient is below this share of the loss's terms is measured against that share instead. */
const leastShare = 1e-3;

/** Random directions change every entry at once, so that they need smaller steps than single entries. */
const along: Ladder = { from: 7, to: 11 };
const single: Ladder = { from: 6, to: 9 };

/** One number that says something about one tensor's gradient: its product with a direction, or an entry. */
interface Measurement {
  readonly leaf: number;
  readonly name: string;
  readonly measured: Measured;
  /** The same number, read off a gradient. */
  read(gradient: Tensor): number;
  readonly scale: number;
}

/** The gradient of a cell's parameters, leaf by leaf. */
interface Gradient {
  readonly paths: readonly string[];
  readonly leaves: readonly Tensor[];
  readonly grads: readonly Tensor[];
}

/**
 * Section 1: reverse mode through T steps, for every parameter along a random direction through all of its entries, at
 * its largest entry and at a random one; by differences, by forward mode, and with a planted error that must be caught.
 * Deviations are relative: |measured − computed| over the norm of the tensor's gradient, or over its largest entry.
 */
export function checkGradients(cell: AnyCell, sizes: Sizes): Check[] {
  const probe = makeProbe(cell, sizes);
  const flat = flatten('check', probe.params);
  const { grad } = valueAndGrad(probe.loss)(probe.params);
  const gradient: Gradient = { ...flat, grads: flatten('check', grad).leaves };
  const directions = flat.leaves.map((leaf, i) => signs(foldIn(sizes.key, 1000 + i), leaf.shape));
  const measurements = measure(probe, gradient, directions, sizes);
  return [
    byDifferences(measurements, gradient),
    byForwardMode(probe, gradient, directions),
    control(probe, measurements, gradient),
  ];
}

/** ±[¼, 1): never so small that an entry goes unchecked. */
function signs(key: Tensor, shape: Shape): Tensor {
  const drawn = uniform(key, shape, { low: -0.75, high: 0.75 }).toTypedArray();
  return fromStorage(
    drawn.map((value) => value + (value < 0 ? -0.25 : 0.25)),
    'float64',
    shape,
  );
}

function measure(probe: Probe, gradient: Gradient, directions: readonly Tensor[], sizes: Sizes): Measurement[] {
  return gradient.leaves.flatMap((leaf, i) => {
    const [grad, direction, path] = [at(gradient.grads, i), at(directions, i), gradient.paths[i] ?? ''];
    if (leaf.size === 0) return [];
    const floor = leastShare * probe.size;
    const moved = (weights: readonly number[] | Float64Array, ladder: Ladder): Measured =>
      differentiate(
        (t) => lossOf(probe.program, gradient.leaves.with(i, step(leaf, weights, t))).item(),
        probe.size,
        ladder,
      );
    const values = grad.data;
    const largest = indexOfLargest(values);
    const random = Math.floor(uniform(foldIn(sizes.key, 2000 + i), []).item() * leaf.size);
    const entry = (index: number): Measurement => ({
      leaf: i,
      name: entryName(path, leaf.shape, index),
      measured: moved(unit(leaf.size, index), single),
      read: (one) => one.data[index] ?? 0,
      scale: Math.max(Math.abs(values[largest] ?? 0), floor),
    });
    const whole: Measurement = {
      leaf: i,
      name: letterOf(path),
      measured: moved(direction.toTypedArray() as Float64Array, along), // drawn as float64
      read: (one) => dot(one, direction),
      scale: Math.max(Math.sqrt(dot(grad, grad)), floor),
    };
    return [whole, entry(largest), ...(random === largest ? [] : [entry(random)])];
  });
}

function byDifferences(measurements: readonly Measurement[], gradient: Gradient): Check {
  const { deviation, name } = worstOf(measurements, gradient.grads);
  const order = median(measurements.flatMap(({ measured }) => (measured.order === null ? [] : [measured.order])));
  const entries = measurements.filter((one) => one.name.includes('[')).length;
  return {
    name: 'against differences',
    oracle: 'five-point differences',
    worst: deviation,
    at: name,
    tolerance: differencesTolerance,
    holds: deviation <= differencesTolerance,
    note: `order ${order === null ? 'exact' : order.toFixed(1)} down to rounding; ${gradient.leaves.length} directions through all entries, ${entries} single entries`,
  };
}

function byForwardMode(probe: Probe, gradient: Gradient, directions: readonly Tensor[]): Check {
  const common = { name: 'against forward mode', oracle: 'the same rules, transposed', tolerance: forwardTolerance };
  let worst = { deviation: -1, name: '' };
  for (const [i, leaf] of gradient.leaves.entries()) {
    const [grad, direction] = [at(gradient.grads, i), at(directions, i)];
    try {
      const f = (x: Tensor): Tensor => lossOf(probe.program, gradient.leaves.with(i, x));
      const tangent = jvp(f, leaf, direction).tangent as Tensor; // f gives one tensor
      const scale = Math.max(Math.sqrt(dot(grad, grad)), leastShare * probe.size);
      const deviation = Math.abs(tangent.item() - dot(grad, direction)) / scale;
      if (!(deviation <= worst.deviation)) worst = { deviation, name: letterOf(gradient.paths[i] ?? '') };
    } catch (error) {
      if (!(error instanceof NotDifferentiableError)) throw error;
      return { ...common, worst: Number.NaN, at: letterOf(gradient.paths[i] ?? ''), holds: false, note: error.message };
    }
  }
  const { deviation, name } = worst;
  return {
    ...common,
    worst: deviation,
    at: name,
    holds: deviation <= forwardTolerance,
    note: 'same rules, other order',
  };
}

/** The first planted error that changes the gradient at all must be seen by the same measurements. */
function control(probe: Probe, measurements: readonly Measurement[], gradient: Gradient): Check {
  const common = { name: 'control', tolerance: differencesTolerance };
  for (const planted of plantings(probe.program)) {
    const grads = gradientOf(planted, gradient.leaves);
    if (grads.every((grad, i) => same(grad, at(gradient.grads, i)))) continue;
    const { deviation, name } = worstOf(measurements, grads);
    const caught = deviation > differencesTolerance;
    const times = Math.round(deviation / differencesTolerance);
    const note = caught ? `caught at ${name}, ${times} × tolerance` : 'not caught';
    return { ...common, oracle: planted.name, worst: deviation, at: name, holds: caught, note };
  }
  return {
    ...common,
    oracle: 'no derivative to spoil',
    worst: 0,
    at: '',
    holds: false,
    note: 'no parameter enters the outputs',
  };
}

const gradientOf = ({ program }: { readonly program: Program }, leaves: readonly Tensor[]): readonly Tensor[] =>
  flatten('check', valueAndGrad((x: readonly Tensor[]) => lossOf(program, x))(leaves).grad).leaves;

/** The measurement that a gradient contradicts most. NaN is worst. */
function worstOf(measurements: readonly Measurement[], grads: readonly Tensor[]): { deviation: number; name: string } {
  let worst = { deviation: -1, name: '' };
  for (const { leaf, name, measured, read, scale } of measurements) {
    const deviation = Math.abs(measured.value - read(at(grads, leaf))) / scale;
    if (!(deviation <= worst.deviation)) worst = { deviation, name };
    if (Number.isNaN(deviation)) break;
  }
  return worst;
}

const at = (list: readonly Tensor[], i: number): Tensor => list[i] as Tensor; // one per leaf

const step = (leaf: Tensor, weights: readonly number[] | Float64Array, t: number): Tensor =>
  fromStorage(
    leaf.toTypedArray().map((value, k) => value + t * (weights[k] ?? 0)),
    leaf.dtype,
    leaf.shape,
  );

const unit = (size: number, index: number): number[] => Array.from({ length: size }, (_, k) => (k === index ? 1 : 0));

function dot(a: Tensor, b: Tensor): number {
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

const same = (a: Tensor, b: Tensor): boolean => a.toTypedArray().every((value, i) => value === b.data[i]);
