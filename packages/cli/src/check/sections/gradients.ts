import { flatten, foldIn, jvp, type Program, valueAndGrad } from '@throughline/autograd';
import { complexStep } from '@throughline/autograd/symbolic';
import type { AnyCell } from '@throughline/rnn';
import { NotDifferentiableError, type Tensor } from '@throughline/tensor';
import { median } from '../differences.ts';
import type { Check } from '../facts.ts';
import { letterOf } from '../names.ts';
import { plantings } from '../planted-error.ts';
import { lossOf, makeProbe, type Probe, type Sizes } from '../probe.ts';
import {
  at,
  differencesTolerance,
  dot,
  type Gradient,
  leastShare,
  type Measurement,
  measure,
  same,
  signs,
  worstOf,
} from './measurements.ts';

/** Two orders of the same sums: rounding of some thousand additions. */
const forwardTolerance = 1e-12;
/** Exact but for rounding, of the same sums. */
const complexStepTolerance = 1e-12;

/**
 * Section 1: reverse mode through T steps, for every parameter along a random direction through all of its entries, at
 * its largest entry and at a random one; by differences, by forward mode, by complex step, and with a planted error that must be caught.
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
    byComplexStep(probe, gradient, directions),
    control(probe, measurements, gradient),
  ];
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
    note: `${orderText(order)}; ${gradient.leaves.length} directions through all entries, ${entries} single entries`,
  };
}

function orderText(order: number | null): string {
  if (order === null) return 'exact at every step';
  return order > 3 ? `order ${order.toFixed(1)} down to rounding` : 'kinks near: the smallest steps decide';
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

/**
 * Along the same directions, by an evaluation over pairs of numbers, which asks no rule. A cell with an op that has no
 * meaning there, or at a kink, is not refuted by this.
 */
function byComplexStep(probe: Probe, gradient: Gradient, directions: readonly Tensor[]): Check {
  const common = { name: 'complex step', oracle: 'evaluation over pairs of numbers', tolerance: complexStepTolerance };
  let worst = { deviation: 0, name: '' };
  let kinks = 0;
  for (const [i, leaf] of gradient.leaves.entries()) {
    const [grad, direction] = [at(gradient.grads, i), at(directions, i)];
    const name = letterOf(gradient.paths[i] ?? '');
    try {
      const f = (x: Tensor): Tensor => lossOf(probe.program, gradient.leaves.with(i, x));
      const { tangent, ties } = complexStep(f, leaf, direction);
      const scale = Math.max(Math.sqrt(dot(grad, grad)), leastShare * probe.size);
      const deviation = Math.abs((tangent as Tensor).item() - dot(grad, direction)) / scale; // f gives one tensor
      kinks += ties;
      if (!(deviation <= worst.deviation) || worst.name === '') worst = { deviation, name };
    } catch (error) {
      if (!(error instanceof NotDifferentiableError)) throw error;
      return { ...common, worst: 0, at: name, holds: true, note: `not possible here; ${error.message}` };
    }
  }
  const { deviation, name } = worst;
  const note = kinks === 0 ? 'no rule is asked' : 'kinks met: not decisive';
  return { ...common, worst: deviation, at: name, holds: deviation <= complexStepTolerance || kinks > 0, note };
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
