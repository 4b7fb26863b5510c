import { Concrete, dtypes, isDifferentiable, type Tensor } from '@throughline/tensor';
import { bindAny } from '../../bind.ts';
import type { AnyPrimitive } from '../../primitive.ts';
import { jvp } from '../../transforms/jvp.ts';
import { onTape } from '../../transforms/on-tape.ts';
import { vjp } from '../../transforms/vjp.ts';
import { checkGrads } from '../gradients/index.ts';
import type { Sample } from '../sample.ts';
import { calling, expectSame, type Law } from './law.ts';
import { hasDerivative, ramp } from './tracing.ts';

/** Reverse and forward mode each against finite differences, the adjoint identity, and order 2. */
const differences: Law = {
  title: 'vjp and jvp against finite differences, ⟨u, Jv⟩ = ⟨Jᵀu, v⟩, to order 2',
  at: 'smooth',
  applies: (_, { notTheDerivative }) => notTheDerivative === undefined,
  check(primitive, sample, { tolerance }) {
    const { f, moving } = floatPart(primitive, sample);
    const options = { order: 2, directions: 1, tolerance: tolerance?.value ?? 1e-9 } as const;
    const report = checkGrads(f, moving, options);
    if (report.verdict !== 'right') throw new Error(`order ${report.order}: ${report.message}`);
  },
};

/** P(2u) = 2 P(u) exactly; P(u + w) = P(u) + P(w) but for rounding; P(0) = 0. */
const linear: Law = {
  title: 'the pullback is linear in its cotangent, and gives zero for zero',
  at: 'smooth',
  check(primitive, sample) {
    const { f, moving } = floatPart(primitive, sample);
    const { value, pullback } = vjp((xs: readonly Tensor[]) => f(...xs), moving);
    const pull = (make: (y: Tensor) => Concrete): Float64Array[] =>
      (pullback(value.map((y) => (isDifferentiable(y) ? make(y) : null))) as readonly Tensor[]).map(numbers);
    const [u, w] = [pull(ramp), pull(hill)];
    const both = pull((y) => combined(ramp(y), hill(y)));
    const double = pull((y) => combined(ramp(y), ramp(y)));
    const zero = pull((y) => new Concrete(dtypes[y.dtype].allocate(y.size), y.dtype, y.shape));
    u.forEach((leaf, k) => {
      const size = largest([leaf, w[k] ?? leaf]);
      leaf.forEach((x, i) => {
        const [sum, twice, none] = [both[k]?.[i] ?? 0, double[k]?.[i] ?? 0, zero[k]?.[i] ?? 0];
        if (twice !== 2 * x) throw new Error(`P(2u) is ${twice} and P(u) is ${x} at operand ${k}, element ${i}`);
        if (!(Math.abs(sum - x - (w[k]?.[i] ?? 0)) <= 1e-12 * size)) {
          throw new Error(`P(u + w) is ${sum}, P(u) + P(w) is ${x + (w[k]?.[i] ?? 0)} at operand ${k}, element ${i}`);
        }
        if (none !== 0) throw new Error(`P(0) is ${none} at operand ${k}, element ${i}`);
      });
    });
  },
};

/** An absent cotangent is a zero that nobody had to make. */
const absent: Law = {
  title: 'an absent cotangent counts as zero, one result at a time',
  at: 'smooth',
  check(primitive, sample) {
    const { f, moving } = floatPart(primitive, sample);
    const { value, pullback } = vjp((xs: readonly Tensor[]) => f(...xs), moving);
    if (value.length < 2) return;
    value.forEach((_, alone) => {
      const only = (other: (y: Tensor) => Tensor | null) =>
        (
          pullback(
            value.map((y, k) => (!isDifferentiable(y) ? null : k === alone ? ramp(y) : other(y))),
          ) as readonly Tensor[]
        ).map(numbers);
      const missing = only(() => null);
      const zeros = only((y) => new Concrete(dtypes[y.dtype].allocate(y.size), y.dtype, y.shape));
      missing.forEach((leaf, k) => {
        const size = largest([leaf]);
        const off = leaf.findIndex((x, i) => !(Math.abs(x - (zeros[k]?.[i] ?? 0)) <= 1e-12 * size));
        if (off >= 0)
          throw new Error(
            `with a cotangent of result ${alone} only, operand ${k} gets ${leaf[off]}, with zeros ${zeros[k]?.[off]}`,
          );
      });
    });
  },
};

/** A view is linear, so its tangent is the view of the tangent: what transposing its pullback must come back to. */
const viewTangent: Law = {
  title: 'the tangent of a view is the view of the tangent, bit for bit',
  at: 'smooth',
  applies: ({ semantics }) => semantics.kind === 'view',
  check(primitive, { inputs, params }) {
    const tangents = inputs.map(ramp);
    const { tangent } = jvp((xs: readonly Tensor[]) => calling(primitive, params)(...xs), inputs, tangents);
    expectSame('the tangent', tangent as readonly Tensor[], bindAny(primitive, tangents, params));
  },
};

/** What is not wanted is not asked for: each operand's rule alone gives what all together give. */
const single: Law = {
  title: "each operand's rule alone gives what all together give",
  at: 'smooth',
  check(primitive, sample) {
    const { f, moving } = floatPart(primitive, sample);
    if (moving.length < 2) return;
    const {
      result: { xs, ys },
      sweep,
    } = onTape((input) => {
      const recorded = moving.map(input);
      return { xs: recorded, ys: f(...recorded) };
    });
    const cts = ys.map((y) => (isDifferentiable(y) ? ramp(y) : null));
    const all = sweep(ys, xs)(cts);
    xs.forEach((_, i) => {
      const alone = vjp((x: Tensor) => f(...moving.with(i, x as Concrete)), moving[i] as Concrete); // i < length; f takes tensors
      const [one, among] = [alone.pullback(cts) as Tensor, all[i]];
      if (among !== null && among !== undefined) expectSame(`operand ${i} alone`, [one], [among]);
    });
  },
};

/** Primitives without a derivative say so by name. */
const none: Law = {
  title: 'it has no derivative, and says so',
  at: 'any',
  applies: (primitive) => !hasDerivative(primitive),
  check(primitive, { inputs, params }) {
    const float = inputs.findIndex(isDifferentiable);
    if (float < 0) return;
    const f = (x: Tensor): readonly Tensor[] =>
      calling(primitive, params)(...inputs.map((y, i) => (i === float ? x : y)));
    const { value, pullback } = vjp(f, inputs[float] as Concrete); // findIndex found it
    if (!value.some(isDifferentiable)) return;
    const message = messageOf(() => pullback(value.map((y) => (isDifferentiable(y) ? ramp(y) : null)) as never)); // value's structure
    if (!message.startsWith(`${primitive.name}: has no derivative`))
      throw new Error(`pulling through it says "${message}"`);
  },
};

function messageOf(f: () => unknown): string {
  try {
    f();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'nothing';
}

/** The primitive as a function of its float operands alone. */
export function floatPart(
  primitive: AnyPrimitive,
  { inputs, params }: Sample,
): { f: (...xs: readonly Tensor[]) => readonly Tensor[]; moving: Concrete[] } {
  const moving = inputs.filter(isDifferentiable);
  const f = (...xs: readonly Tensor[]): readonly Tensor[] => {
    let next = 0;
    return calling(primitive, params)(...inputs.map((x) => (isDifferentiable(x) ? (xs[next++] as Tensor) : x))); // one per float operand
  };
  return { f, moving };
}

function hill({ dtype, shape, size }: Tensor): Concrete {
  const storage = dtypes[dtype].allocate(size);
  for (let i = 0; i < storage.length; i++) storage[i] = 1.5 - 0.375 * (i % 7);
  return new Concrete(storage, dtype, shape);
}

const combined = (a: Concrete, b: Concrete): Concrete =>
  new Concrete(
    a.storage.map((x, i) => x + (b.storage[i] ?? 0)),
    a.dtype,
    a.shape,
  );

const numbers = (x: Tensor): Float64Array => Float64Array.from(x.concrete('laws').storage);
const largest = (leaves: readonly Float64Array[]): number =>
  leaves.reduce((most, leaf) => leaf.reduce((a, b) => Math.max(a, Math.abs(b)), most), 1e-300);

export const derivativeLaws: readonly Law[] = [differences, linear, absent, viewTangent, single, none];
