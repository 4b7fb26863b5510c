import { Concrete, dtypes, formatType, isDifferentiable, Tensor } from '@throughline/tensor';
import { bitEqual } from '@throughline/tensor/testing';
import { record } from '../../builder.ts';
import { evaluate } from '../../evaluate.ts';
import type { AnyPrimitive, Cotangent } from '../../primitive.ts';
import { isProgram, type Program } from '../../program.ts';
import { pullEntry } from '../../pullback.ts';
import { type Differences, differentiate } from '../gradients/differences.ts';
import { dot, entry, norm, uniforms, type Vector } from '../gradients/vector.ts';
import { calling } from '../laws/law.ts';
import type { Kink, Sample } from '../sample.ts';

/** One operand's pullback at one call, as a Program over (inputs, outputs, cotangents), with what its law compares. */
export interface Target {
  readonly title: string;
  /** The operands' types, and how many elements they have: larger calls kill more. */
  readonly types: string;
  readonly size: number;
  readonly program: Program;
  /** Whether a Program in the pullback's place would pass the laws. */
  passes(program: Program): boolean;
  /** Whether it gives the same bits as the pullback here and at points beside it. */
  isEquivalent(program: Program): boolean;
}

/** The pullback of each float operand at a call; none where the rule gives null. */
export function targetsOf(primitive: AnyPrimitive, sample: Sample | Kink, tolerance: number): Target[] {
  return sample.inputs.flatMap((x, i) => {
    if (!isDifferentiable(x)) return [];
    const program = pullbackProgram(primitive, sample, i);
    if (program === null) return [];
    return isKink(sample)
      ? [atKink(primitive, sample, i, program)]
      : [target(primitive, sample, i, program, tolerance)];
  });
}

const isKink = (sample: Sample | Kink): sample is Kink => 'expected' in sample;

function target(primitive: AnyPrimitive, sample: Sample, operand: number, program: Program, tolerance: number): Target {
  const next = uniforms(7 + operand);
  const outputs = calling(primitive, sample.params)(...sample.inputs) as readonly Concrete[]; // of concrete operands
  const floats = outputs.filter(isDifferentiable);
  const cotangents = [0, 1].map(() => floats.map((y) => random(y, next)));
  const directions = [0, 1, 2].map(() => random(sample.inputs[operand] as Concrete, next)); // an operand's index
  let known: Differences[] | undefined;
  const measured = (): Differences[] => (known ??= directions.map((v) => along(primitive, sample, operand, v)));
  const points = [sample.inputs, ...[1, 2, 3].map(() => sample.inputs.map((x) => beside(x, next)))];
  const run = (wrong: Program, inputs: readonly Concrete[], cts: readonly Tensor[]): Concrete =>
    evaluate(wrong, [...inputs, ...calling(primitive, sample.params)(...inputs), ...cts])[0] as Concrete; // one cotangent

  const agrees = (wrong: Program): boolean =>
    cotangents.every((u) => {
      const pulled = vector([run(wrong, sample.inputs, u)]);
      return directions.every((v, n) => {
        const { value, error } = measured()[n] as Differences; // one per direction
        const expected = dot(vector(u), value);
        const scale = Math.max(norm(vector(u)) * norm(value), Math.abs(expected));
        return Math.abs(dot(pulled, vector([v])) - expected) <= tolerance * scale + 10 * norm(vector(u)) * error;
      });
    });
  return {
    title: titleOf(primitive, sample, operand, program),
    types: sample.inputs.map(formatType).join(' '),
    size: sample.inputs.reduce((sum, x) => sum + x.size, 0),
    program,
    passes: (wrong) => attempt(() => agrees(wrong)),
    isEquivalent: (wrong) =>
      attempt(() =>
        points.every((inputs) => cotangents.every((u) => sameNumbers(run(wrong, inputs, u), run(program, inputs, u)))),
      ),
  };
}

/** A mutant that cannot run is as good as one that is found. */
function attempt(f: () => boolean): boolean {
  try {
    return f();
  } catch {
    return false;
  }
}

/** At a kink differences say nothing; there the pullback must give what is documented. */
function atKink(primitive: AnyPrimitive, kink: Kink, operand: number, program: Program): Target {
  const outputs = calling(primitive, kink.params)(...kink.inputs) as readonly Concrete[]; // of concrete operands
  const values = [...kink.inputs, ...outputs, ...outputs.filter(isDifferentiable).map(ones)];
  const gives = (wrong: Program): boolean =>
    sameNumbers(evaluate(wrong, values)[0] as Concrete, kink.expected[operand] ?? []); // one cotangent
  return {
    title: titleOf(primitive, kink, operand, program),
    types: 'kink',
    size: Number.POSITIVE_INFINITY,
    program,
    passes: (wrong) => attempt(() => gives(wrong)),
    isEquivalent: (wrong) => attempt(() => gives(wrong)),
  };
}

/** Equal but for the sign of a zero, which no derivative has. */
const sameNumbers = (a: Tensor, b: Tensor | readonly number[]): boolean =>
  bitEqual(plain(a), b instanceof Tensor ? plain(b) : b);
const plain = (x: Tensor): number[] => Array.from(x.concrete('mutation').storage, (n) => n + 0);

/** Names a pullback by its equations: calls that record the same ones have the same mutants. */
const titleOf = (primitive: AnyPrimitive, { inputs }: Sample, operand: number, program: Program): string =>
  `${primitive.name}, operand ${operand} of ${inputs.length} (${outline(program)})`;

const outline = (program: Program): string =>
  program.equations
    .map(({ primitive, params }) =>
      [
        primitive.name,
        ...Object.values(params)
          .filter(isProgram)
          .map((body) => `{${outline(body)}}`),
      ].join(' '),
    )
    .join(' ');

function pullbackProgram(primitive: AnyPrimitive, { inputs, params }: Sample, operand: number): Program | null {
  const outputs = calling(primitive, params)(...inputs);
  const carrying = outputs.map(isDifferentiable);
  let absent = false;
  const { program } = record([...inputs, ...outputs, ...outputs.filter((_, k) => carrying[k])], (all) => {
    const given = all.slice(inputs.length + outputs.length);
    let next = 0;
    const cts = carrying.map((is): Cotangent => (is ? (given[next++] ?? null) : null));
    const at = {
      inputs: all.slice(0, inputs.length),
      outputs: all.slice(inputs.length, inputs.length + outputs.length),
    };
    const pulled = pullEntry(
      { primitive, params, ...at, operands: [], first: 0 },
      cts,
      inputs.map((_, i) => i === operand),
    )[operand];
    absent = !pulled;
    return pulled ? [pulled] : [];
  });
  return absent ? null : program;
}

/** The derivative of the float results along a direction of one operand, by differences. */
function along(primitive: AnyPrimitive, { inputs, params }: Sample, operand: number, v: Concrete): Differences {
  return differentiate((t) => {
    const moved = inputs.map((x, i) => (i === operand ? shifted(x, v, t) : x));
    return vector((calling(primitive, params)(...moved) as readonly Concrete[]).filter(isDifferentiable)); // of concrete operands
  }, 'float64');
}

const vector = (leaves: readonly Tensor[]): Vector =>
  leaves.map((leaf) => Float64Array.from(leaf.concrete('mutation').storage));

const filledBy = (x: Concrete, make: (i: number) => number): Concrete => {
  const storage = dtypes[x.dtype].allocate(x.size);
  for (let i = 0; i < storage.length; i++) storage[i] = make(i);
  return new Concrete(storage, x.dtype, x.shape);
};
const ones = (x: Concrete): Concrete => filledBy(x, () => 1);
const random = (x: Concrete, next: () => number): Concrete => filledBy(x, () => entry(next));
const shifted = (x: Concrete, v: Concrete, t: number): Concrete =>
  filledBy(x, (i) => (x.storage[i] ?? 0) + t * (v.storage[i] ?? 0));
/** Floats up to a fifth away; other types as they are. */
const beside = (x: Concrete, next: () => number): Concrete =>
  isDifferentiable(x) ? filledBy(x, (i) => (x.storage[i] ?? 0) * (1 + 0.2 * entry(next))) : x;
