import { type Differences, differentiate } from './differences.ts';
import { type Disagreement, GradientError, type GradReport, type Measurement, short, type Verdict } from './report.ts';
import { nameEntry, type Subject, subjectOf, toVector } from './subject.ts';
import { distance, dot, entry, isFiniteVector, norm, uniforms, type Vector } from './vector.ts';

/** Options of `checkGrads`. */
export interface CheckGradsOptions {
  /** 2 also checks the derivative of x ↦ Jᵀu. Default 1. */
  readonly order?: 1 | 2;
  /** Random directions per leaf of the arguments. Default 2. */
  readonly directions?: number;
  /** Of the random directions and cotangents; reports repeat with it. Default 1. */
  readonly seed?: number;
  /** What counts as right, relative to ‖u‖ ‖J v‖. Default 1e-9, which only float64 can meet. */
  readonly tolerance?: number;
  /** Whether to check forward mode and the adjoint identity too. Default true. */
  readonly forward?: boolean;
}

/** Largest |⟨u, J v⟩ − ⟨Jᵀ u, v⟩| that rounding explains, relative to ‖u‖ ‖J v‖. */
const adjointTolerance = { float64: 1e-12, float32: 1e-4 };

/**
 * Checks a function's derivatives at a point: reverse and forward mode, each against finite differences along random
 * directions with random cotangents, and against each other (⟨u, J v⟩ = ⟨Jᵀ u, v⟩).
 *
 * `args` are the function's arguments: trees of tensors and numbers; so is its value. The report says in words whether
 * the derivative is right, a rule is wrong, or the check itself is not possible here: at a kink, in float32, or for a
 * function that gives other numbers on every call. Five-point differences, with a step found by measuring.
 * @throws ArgumentError when the arguments, or the value, have no float leaf.
 * @example checkGrads((x) => mul(x, tanh(x)), [tensor([0.5, -1])], { order: 2 }).verdict   // right
 */
export function checkGrads<A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  args: A,
  options: CheckGradsOptions = {},
): GradReport {
  const first = checkOrder(f as (...args: never[]) => unknown, args, options, 1); // called with A's values only
  if (first.report.verdict !== 'right' || options.order !== 2) return first.report;
  const { subject, cotangents } = first;
  const all = cotangents.at(-1) as Vector; // there is at least one
  return checkOrder(subject.gradient(all) as (...args: never[]) => unknown, args, options, 2).report; // takes the same arguments
}

/**
 * `checkGrads`, for tests: throws unless the verdict is 'right'.
 *
 * @throws GradientError with the verdict, and the worst leaf and entry with both numbers.
 * @example assertGrads((x) => mul(x, x), [tensor(3)]).verdict   // right
 */
export function assertGrads<A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  args: A,
  options: CheckGradsOptions = {},
): GradReport {
  const report = checkGrads(f, args, options);
  if (report.verdict !== 'right') throw new GradientError(report);
  return report;
}

interface Direction {
  readonly vector: Vector;
  /** The leaf it moves, or −1 for all. */
  readonly leaf: number;
}

interface Checked {
  readonly report: GradReport;
  readonly subject: Subject;
  readonly cotangents: readonly Vector[];
}

function checkOrder(
  f: (...args: never[]) => unknown,
  args: readonly unknown[],
  options: CheckGradsOptions,
  order: number,
): Checked {
  const { tolerance = 1e-9, seed = 1 } = options;
  const subject = subjectOf(f, args);
  const next = uniforms(seed + 1000 * order);
  const still = zeros(subject.inputs);
  const value = toVector(subject.outputs);
  const cotangents = eachAndAll(subject.outputs).map((leaf) => randomVector(subject.outputs, leaf, next, () => 1));
  const done = (report: Omit<GradReport, 'order'>): Checked => ({ report: { ...report, order }, subject, cotangents });
  const without = (verdict: Verdict, message: string): Checked =>
    done({
      verdict,
      message: `${verdict}. ${message}`,
      reverseError: Number.NaN,
      forwardError: null,
      adjointError: null,
      measurements: [],
    });

  if (!isSame(subject.move(still, 0), value)) {
    return without(
      'not deterministic',
      'f gave other numbers when it was called again with the same arguments. Pass random keys and state as arguments.',
    );
  }
  const hole = firstNonFinite(subject.outputs, value);
  if (hole !== undefined) return without('not finite', `${hole}. No difference can be taken there.`);

  const gradients = cotangents.map((u) => subject.reverse(u));
  for (const gradient of gradients) {
    const bad = firstNonFinite(subject.inputs, gradient);
    if (bad !== undefined)
      return without('not finite', `The derivative with respect to ${bad}, although f is finite there.`);
  }
  const state: State = {
    subject,
    cotangents,
    gradients,
    measurements: [],
    tolerance,
    worst: null,
    errors: { reverse: 0, forward: 0, adjoint: 0 },
    coarse: null,
    kink: null,
  };
  for (const direction of directionsOf(subject, options.directions ?? 2, next))
    measure(state, direction, options.forward !== false);
  return done(conclude(state, options.forward !== false));
}

/** What the measurements so far have shown. */
interface State {
  readonly subject: Subject;
  readonly cotangents: readonly Vector[];
  readonly gradients: readonly Vector[];
  readonly measurements: Measurement[];
  readonly tolerance: number;
  readonly errors: { reverse: number; forward: number; adjoint: number };
  /** The failure with the largest error: its direction and cotangent. */
  worst: {
    mode: 'reverse' | 'forward' | 'adjoint';
    error: number;
    direction: Direction;
    u: Vector;
    gradient: Vector;
    pushed: Vector | null;
    differences: Differences;
  } | null;
  coarse: Measurement | null;
  kink: string | null;
}

function measure(state: State, direction: Direction, withForward: boolean): void {
  const { subject, cotangents, gradients, tolerance, errors } = state;
  const v = direction.vector;
  const along = direction.leaf < 0 ? 'all leaves' : (subject.inputs[direction.leaf]?.path ?? '');
  const differences = differentiate((t) => subject.move(v, t), subject.precision);
  if (differences.kink) state.kink ??= along;
  const pushed = withForward ? subject.forward(v) : null;
  cotangents.forEach((u, n) => {
    const gradient = gradients[n] as Vector; // one per cotangent
    const part = restrict(differences.value, u);
    const measured = dot(u, part);
    const reverse = dot(gradient, v);
    const forward = pushed === null ? null : dot(u, pushed);
    const size = Math.max(norm(part), pushed === null ? 0 : norm(restrict(pushed, u)));
    const scale = Math.max(norm(u) * size, Math.abs(reverse));
    const slack = norm(u) * differences.error;
    const m: Measurement = {
      of: subject.outputs
        .filter((_, k) => u[k]?.some((x) => x !== 0))
        .map(({ path }) => path)
        .join(', '),
      along,
      reverse,
      forward,
      differences: measured,
      scale,
      differencesError: slack,
      order: differences.order,
      step: differences.step,
    };
    state.measurements.push(m);
    const off: [mode: 'reverse' | 'forward' | 'adjoint', error: number, allowed: number][] = [
      ['reverse', Math.abs(reverse - measured), tolerance * scale + 10 * slack],
    ];
    if (pushed !== null && forward !== null) {
      off.push(['forward', norm(u) * distance(restrict(pushed, u), part), tolerance * scale + 10 * slack]);
      const rounding = Math.max(scale, norm(gradient) * norm(v));
      off.push(['adjoint', Math.abs(reverse - forward), adjointTolerance[subject.precision] * rounding]);
    }
    for (const [mode, error, allowed] of off) {
      const relative = scale === 0 ? 0 : error / scale;
      errors[mode] = Math.max(errors[mode], relative);
      // Reverse mode names a leaf of the arguments, so it is told first.
      const isWorse =
        state.worst === null || (mode === state.worst.mode ? relative > state.worst.error : mode === 'reverse');
      if (!(error <= allowed) && isWorse)
        state.worst = { mode, error: relative, direction, u, gradient, pushed, differences };
    }
    const isZero = scale <= 10 * slack;
    if (!(slack <= tolerance * scale) && !isZero) state.coarse ??= m;
    if (slack === Number.POSITIVE_INFINITY) state.coarse ??= m;
  });
}

/** Only the leaves on which `u` is not zero, as far as a cotangent of single leaves goes. */
const restrict = (value: Vector, u: Vector): Vector =>
  value.map((leaf, k) => (u[k]?.some((x) => x !== 0) ? leaf : leaf.map(() => 0)));

function conclude(state: State, withForward: boolean): Omit<GradReport, 'order'> {
  const { subject, measurements, errors, worst, coarse, kink, tolerance } = state;
  const numbers = {
    reverseError: errors.reverse,
    forwardError: withForward ? errors.forward : null,
    adjointError: withForward ? errors.adjoint : null,
    measurements,
  };
  const say = (verdict: Verdict, message: string, more: { worst?: Disagreement } = {}) => ({
    verdict,
    message: `${verdict}. ${message}`,
    ...numbers,
    ...more,
  });
  if (kink !== null) {
    return say(
      'kink',
      `Along ${kink} the differences from the left and from the right disagree: f has a kink or a jump here, and no derivative to compare with. Check at another point.`,
    );
  }
  if (worst !== null && worst.mode === 'adjoint') {
    return say(
      'wrong rule',
      `Reverse and forward mode disagree by ${short(worst.error)}, relative to ‖u‖ ‖J v‖: a pushforward is not the transpose of its pullback.`,
    );
  }
  if (worst !== null && worst.differences.error !== Number.POSITIVE_INFINITY) {
    const found = locate(subject, worst);
    const ratio =
      found.differences === 0 ? '' : `, ${short(found.derivative / found.differences - 1)} off relative to it`;
    return say(
      'wrong rule',
      `In ${found.mode} mode the derivative ${found.mode === 'reverse' ? 'with respect to' : 'of'} ${found.entry} is ${found.derivative}; finite differences give ${found.differences}${ratio}.`,
      { worst: found },
    );
  }
  if (coarse !== null && subject.precision === 'float32') {
    return say(
      'float32 too coarse',
      `In float32 differences are good to ${short(coarse.differencesError / coarse.scale)} at best, so that ${tolerance} cannot be tested. Check in float64: cast the arguments to 'float64'.`,
    );
  }
  if (coarse !== null) {
    const order = coarse.order === null ? 'do not settle' : `settle with order ${coarse.order} instead of 4`;
    return say(
      'differences too coarse',
      `Along ${coarse.along} the differences ${order} and are good to ${short(coarse.differencesError / coarse.scale)} only: the value is large beside its change, or a kink is near. Check at another point, or smaller values.`,
    );
  }
  const modes = withForward ? 'reverse and forward mode agree' : 'reverse mode agrees';
  const error = Math.max(errors.reverse, errors.forward);
  return say(
    'right',
    `${modes} with finite differences to ${short(error)} in ${measurements.length} random directions.`,
  );
}

/** The entry of the derivative that is off most, element by element. */
function locate(
  subject: Subject,
  { mode, direction, u, gradient, pushed, differences }: NonNullable<State['worst']>,
): Disagreement {
  let found: Disagreement = {
    mode: mode === 'forward' ? 'forward' : 'reverse',
    entry: '',
    derivative: 0,
    differences: 0,
  };
  let most = -1;
  const consider = (name: () => string, derivative: number, measured: number): void => {
    const off = Math.abs(derivative - measured);
    if (off <= most) return;
    most = off;
    found = { ...found, entry: name(), derivative, differences: measured };
  };
  if (mode === 'forward' && pushed !== null) {
    pushed.forEach((leaf, k) => {
      const output = subject.outputs[k];
      if (output && u[k]?.some((x) => x !== 0))
        leaf.forEach((value, i) => {
          consider(() => nameEntry(output, i), value, differences.value[k]?.[i] ?? 0);
        });
    });
    return found;
  }
  subject.inputs.forEach((input, k) => {
    if (direction.leaf >= 0 && direction.leaf !== k) return;
    const stride = Math.max(1, Math.floor(input.value.size / 200));
    for (let i = 0; i < input.value.size; i += stride) {
      const unit = zeros(subject.inputs).map((leaf, j) => (j === k ? leaf.with(i, 1) : leaf));
      const column = differentiate((t) => subject.move(unit, t), subject.precision);
      consider(() => nameEntry(input, i), gradient[k]?.[i] ?? 0, dot(u, column.value));
    }
  });
  return found;
}

const zeros = (leaves: Subject['inputs']): Vector => leaves.map(({ value }) => new Float64Array(value.size));

/** Each leaf that has elements, then all together (−1). */
function eachAndAll(leaves: Subject['inputs']): number[] {
  const each = leaves.flatMap(({ value }, k) => (value.size > 0 ? [k] : []));
  return each.length === 1 ? each : [...each, -1];
}

function randomVector(
  leaves: Subject['inputs'],
  only: number,
  next: () => number,
  size: (x: number) => number,
): Vector {
  return leaves.map(({ value }, k) =>
    Float64Array.from(value.storage, (x) => (only < 0 || only === k ? entry(next) * size(x) : 0)),
  );
}

/** Steps are relative to elements above 1. */
function directionsOf(subject: Subject, count: number, next: () => number): Direction[] {
  return eachAndAll(subject.inputs).flatMap((leaf) =>
    Array.from({ length: count }, () => ({
      leaf,
      vector: randomVector(subject.inputs, leaf, next, (x) => Math.max(1, Math.abs(x))),
    })),
  );
}

const isSame = (a: Vector, b: Vector): boolean =>
  a.length === b.length &&
  a.every((leaf, k) => leaf.length === b[k]?.length && leaf.every((x, i) => Object.is(x, b[k]?.[i])));

function firstNonFinite(leaves: Subject['inputs'], vector: Vector): string | undefined {
  if (isFiniteVector(vector)) return undefined;
  for (const [k, leaf] of leaves.entries()) {
    const i = vector[k]?.findIndex((x) => !Number.isFinite(x)) ?? -1;
    if (i >= 0) return `${nameEntry(leaf, i)} is ${vector[k]?.[i]}`;
  }
  return undefined;
}
