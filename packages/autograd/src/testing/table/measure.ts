import { Concrete, dtypes, isDifferentiable, sizeOf, type Tensor, type TensorType } from '@throughline/tensor';
import { firstDifference } from '@throughline/tensor/testing';
import fc from 'fast-check';
import type { AnyPrimitive } from '../../primitive.ts';
import { grad } from '../../transforms/grad.ts';
import { vmap } from '../../transforms/vmap.ts';
import { differentiate } from '../gradients/differences.ts';
import { entry, norm, uniforms } from '../gradients/vector.ts';
import { batchOf, checkValues, side } from '../laws/batching.ts';
import { type Measurable, measurable, measurableComposite } from '../measurable.ts';
import type { Composite, PrimitiveSamples, Sample } from '../sample.ts';
import { inFloat32, widened } from './float32.ts';
import { derivative, directionOf, type Mode, modes, type Scalar, type Subject, subjectOf } from './modes.ts';
import { attempt, type Measured, Tally } from './tally.ts';

/** Why there is nothing to measure. */
export interface None {
  readonly reason: string;
}

export type Cell = Measured | None;

/** One op of the table. Cells by `mode order`, `vmap of mode order`, once for each dtype. */
export interface Row {
  readonly name: string;
  /** vmap of the op itself against a loop, over every dtype of its samples. */
  readonly values: Measured;
  readonly float64: ReadonlyMap<string, Cell>;
  readonly float32: ReadonlyMap<string, Cell>;
}

export interface TableOptions {
  /** Random calls per op. Default 3. */
  readonly calls?: number;
  readonly seed?: number;
}

/** What counts as right, relative to the size of the derivative. */
export const bounds = {
  /** Float64, beside ten times the estimated error of the differences. */
  differences: 1e-9,
  /** A comparison counts when the differences are at least this good. */
  differencesError: 1e-6,
  /** Float32 against float64 at the same points. */
  float32: 1e-4,
} as const;

export const orders = [1, 2, 3] as const;

/** The columns of one dtype, in order. */
export const columns: readonly { readonly mode: Mode; readonly order: number; readonly mapped: boolean }[] = [
  false,
  true,
].flatMap((mapped) =>
  (Object.keys(modes) as Mode[]).flatMap((mode) =>
    orders.flatMap((order) => (modes[mode][order - 1] === null ? [] : [{ mode, order, mapped }])),
  ),
);

export const keyOf = ({ mode, order, mapped }: (typeof columns)[number]): string =>
  `${mapped ? 'vmap of ' : ''}${mode} ${order}`;

/** Measures one primitive in every mode. */
export const measureRow = (primitive: AnyPrimitive, samples: PrimitiveSamples, options: TableOptions = {}): Row =>
  measureOp(measurable(primitive), samples, options);

/** Measures one function over primitives in every mode. */
export const measureComposite = (name: string, composite: Composite, options: TableOptions = {}): Row =>
  measureOp(measurableComposite(name, composite), composite, options);

type Samples = Omit<PrimitiveSamples, 'kinks' | 'refused'>;

function measureOp(op: Measurable, samples: Samples, options: TableOptions): Row {
  const { calls = 3, seed = 1 } = options;
  const any = samples.any ?? samples.smooth;
  const values = new Tally();
  for (const sample of any === null ? [] : fc.sample(any, { seed, numRuns: 4 * calls })) {
    values.attempt(() => checkValues(op, sample));
  }
  const reason = whyNone(op, samples);
  const [float64, float32] = reason === null ? derivatives(op, samples, calls, seed) : [none(reason), none(reason)];
  return { name: op.name, values: values.result(), float64, float32 };
}

const none = (reason: string): Map<string, Cell> => new Map(columns.map((column) => [keyOf(column), { reason }]));

/** Why an op has no derivative to measure, or null when it has. */
function whyNone(op: Measurable, { smooth, any }: Samples): string | null {
  if (smooth !== null && op.hasDerivative) return null;
  const drawn = any === undefined ? [] : fc.sample(any, { seed: 1, numRuns: 50 });
  if (!drawn.some(({ inputs }) => inputs.some(isDifferentiable))) return 'no operand is a float';
  if (!drawn.some(({ inputs, params }) => op.infer(inputs, params).some(isDifferentiable)))
    return 'no result is a float';
  return 'no rule: asking for a derivative is an error that says so';
}

function derivatives(
  op: Measurable,
  { smooth, notTheDerivative, tolerance }: Samples,
  calls: number,
  seed: number,
): [Map<string, Cell>, Map<string, Cell>] {
  const tallies = { float64: tallyAll(), float32: tallyAll() };
  const next = uniforms(seed);
  for (const sample of smooth === null ? [] : fc.sample(smooth, { seed, numRuns: 20 * calls })) {
    if (tallies.float64.get('reverse 1')?.result().calls === calls) break;
    const call = prepare(op, sample, next);
    if (call === null) continue;
    measureCall(call, tallies, tolerance?.value ?? bounds.differences, notTheDerivative !== undefined);
  }
  const cells = (of: Tallies['float64']): Map<string, Cell> =>
    new Map([...of].map(([key, tally]) => [key, tally.result()]));
  return [cells(tallies.float64), cells(tallies.float32)];
}

type Tallies = { readonly [D in 'float64' | 'float32']: Map<string, Tally> };
const tallyAll = (): Map<string, Tally> => new Map(columns.map((column) => [keyOf(column), new Tally()]));

function measureCall({ float64, float32 }: Call, tallies: Tallies, tolerance: number, zero: boolean): void {
  const { subject, all } = float64;
  let largest = 0;
  // An order is held against differences of the exact one below: that one must be right itself.
  let sound = true;
  for (const order of orders) {
    const below = derivative(subject, 'reverse', order - 1) ?? subject.value;
    const measured = attempt(() => measureBelow(below, subject, all, order - 1));
    // A rule that throws agrees with nothing; one that is meant to give 0 is held against 0.
    const unknown = { value: zero ? 0 : Number.NaN, error: 0, size: 0 };
    const found = zero || typeof measured === 'string' ? unknown : measured;
    largest = Math.max(largest, found.size);
    const counts = found.error <= bounds.differencesError * found.size || found.size <= 10 * found.error;
    let soundHere: boolean = sound;
    for (const mode of Object.keys(modes) as Mode[]) {
      const wide = derivative(subject, mode, order);
      const narrow = derivative(float32.subject, mode, order);
      if (wide === null || narrow === null) continue;
      const key = `${mode} ${order}`;
      const of = (dtype: 'float64' | 'float32', name: string): Tally => tallies[dtype].get(name) as Tally; // one per column
      const value = attempt(() => wide(all).item());
      if (counts) {
        const allowed = tolerance * found.size + 10 * found.error;
        const right = of('float64', key).compare(value, found.value, largest, allowed);
        if (!sound) of('float64', key).fail('an order below is wrong');
        if (!right) of('float32', key).fail('float64 is wrong');
        if (mode === 'reverse') soundHere &&= right;
      }
      if (!sound) of('float32', key).fail('an order below is wrong');
      const rounded = attempt(() => narrow(float32.all).item());
      of('float32', key).compare(
        rounded,
        typeof value === 'number' ? value : Number.NaN,
        largest,
        bounds.float32 * largest,
      );
      mapped(wide, all, of('float64', `vmap of ${key}`));
      mapped(narrow, float32.all, of('float32', `vmap of ${key}`));
    }
    sound = soundHere;
  }
}

/** The derivative of f along a direction, by differences, with how far it may be off, and ‖∇f‖ ‖v‖. */
function measureBelow(f: Scalar, subject: Subject, all: readonly Concrete[], n: number) {
  const direction = directionOf(all, subject, n);
  const at = (t: number): readonly Concrete[] =>
    all.map((x, i) => (i < subject.moving ? moved(x, direction[i] ?? x, t) : x));
  const { value, error } = differentiate((t) => [Float64Array.of(f(at(t)).item())], 'float64');
  const rest = all.slice(subject.moving);
  const gradient = grad((xs: readonly Tensor[]) => f([...xs, ...rest]))(all.slice(0, subject.moving));
  const size = norm(vector(gradient as readonly Tensor[])) * norm(vector(direction)); // floats: no nulls
  return { value: value[0]?.[0] ?? Number.NaN, error, size };
}

const vector = (list: readonly Tensor[]): Float64Array[] => list.map((x) => Float64Array.from(x.data));

function moved({ storage, dtype, shape }: Concrete, direction: Concrete, t: number): Concrete {
  return new Concrete(
    storage.map((x, i) => x + t * (direction.storage[i] ?? 0)),
    dtype,
    shape,
  );
}

/** vmap over operands, cotangents and directions, against a loop: the same bits. */
function mapped(f: Scalar, all: readonly Concrete[], tally: Tally): void {
  const everything = all.map(() => true);
  tally.attempt(() => {
    const { examples, operands } = batchOf(all, everything, 3);
    const rows = examples.map((example) => [f(example)]);
    const difference = firstDifference(vmap(f)(operands), side(rows, rows[0] ?? [])[0] as Concrete); // one scalar per example
    if (difference !== null) throw new Error(difference);
  });
}

/** One call in both dtypes, with random cotangents and directions: at the same numbers, which float32 has. */
interface Call {
  readonly float64: { readonly subject: Subject; readonly all: readonly Concrete[] };
  readonly float32: { readonly subject: Subject; readonly all: readonly Concrete[] };
}

/** Null for a call without an element to move, or to look at. */
function prepare(op: Measurable, sample: Sample, next: () => number): Call | null {
  const narrow = inFloat32(sample);
  const inputs = narrow.inputs.map((x, i) => (sample.inputs[i]?.dtype === 'float64' ? widened(x) : x));
  const subject = subjectOf(op, inputs, sample.params);
  const results = op.infer(inputs, sample.params).filter(isDifferentiable);
  const moving = inputs.filter(isDifferentiable);
  if (!moving.some(({ size }) => size > 0) || !results.some(({ shape }) => sizeOf(shape) > 0)) return null;
  const random = ({ dtype, shape }: TensorType): Concrete => {
    const storage = dtypes[dtype].allocate(sizeOf(shape));
    for (let i = 0; i < storage.length; i++) storage[i] = Math.fround(entry(next));
    return new Concrete(storage, dtype, shape);
  };
  const all = [...moving, ...results.map(random), ...orders.flatMap(() => moving.map(random))];
  return {
    float64: { subject, all },
    float32: {
      subject: subjectOf(op, narrow.inputs, narrow.params),
      all: inFloat32({ inputs: all, params: {} }).inputs,
    },
  };
}
