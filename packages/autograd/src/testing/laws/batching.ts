import { Concrete, dtypes, isDifferentiable, type Tensor, type TensorType } from '@throughline/tensor';
import type { AnyPrimitive } from '../../primitive.ts';
import { jvp } from '../../transforms/jvp.ts';
import { vjp } from '../../transforms/vjp.ts';
import { vmap } from '../../transforms/vmap.ts';
import { type Measurable, measurable } from '../measurable.ts';
import type { Sample } from '../sample.ts';
import { calling, expectSame, type Law } from './law.ts';
import { hasDerivative, lacksRule, merge, ramp, replay } from './tracing.ts';

/** The oracle: one call per example, on operands that were cut by hand, and the results laid side by side. */
const values: Law = {
  title: 'vmap over any of its operands gives the bits of a loop, eager and traced; for 0, 1 and 3 examples',
  at: 'any',
  check: (primitive, sample) => checkValues(measurable(primitive), sample),
};

/** Throws unless vmap over any operands gives the bits of a loop. */
export function checkValues(op: Measurable, { inputs, params }: Sample): void {
  const one = (xs: readonly Tensor[]): readonly Tensor[] => op.call(xs, params);
  for (const mapped of subsets(inputs.length)) {
    for (const size of mapped.every(Boolean) ? [3, 1, 0] : [3]) {
      const batch = batchOf(inputs, mapped, size);
      const expected = side(batch.examples.map(one), op.infer(inputs, params));
      const run = vmap(one, { inAxes: [mapped.map((is) => (is ? 0 : null))] });
      const what = `vmap of ${size} over operands ${mapped.flatMap((is, i) => (is ? [i] : []))}`;
      expectSame(what, run(batch.operands), expected);
      if (size > 0)
        expectSame(
          `traced ${what}`,
          replay((xs) => run(xs), batch.operands),
          expected,
        );
    }
  }
}

const derivatives: Law = {
  title: 'vmap of its pullback and of its tangent gives the bits of a loop; so does the pullback of its vmap',
  at: 'smooth',
  applies: hasDerivative,
  check(primitive, { inputs, params }) {
    const moves = inputs.map((x, i) => isDifferentiable(x) && !lacksRule(primitive, i));
    if (!moves.some(Boolean)) return;
    const floats = calling(primitive, params)(...inputs).filter(isDifferentiable);
    if (floats.length === 0) return;
    const n = inputs.length;
    for (const mapped of subsets(n).filter((is) => is.every(Boolean) || is.filter(Boolean).length === 1)) {
      // Operands, then cotangents or tangents, which differ between examples as well.
      const cts = batchOf([...inputs, ...floats.map(ramp)], [...mapped, ...floats.map(() => true)], 3);
      const tangents = batchOf([...inputs, ...inputs.map(ramp)], [...mapped, ...inputs.map(() => true)], 3);
      const pull = pulling(primitive, params, moves, n);
      const push = pushing(primitive, params, moves, n);
      for (const [what, f, batch] of [
        ['the pullback', pull, cts],
        ['the tangent', push, tangents],
      ] as const) {
        const rows = batch.examples.map(f);
        const run = vmap(f, { inAxes: [batch.mapped.map((is) => (is ? 0 : null))] });
        expectSame(`${what} under vmap`, run(batch.operands), side(rows, rows[0] ?? []));
      }
      checkThrough(primitive, params, moves, mapped, cts);
    }
  },
};

/** What is mapped gets the cotangents of a loop; what all examples share gets their sum. */
function checkThrough(
  primitive: AnyPrimitive,
  params: unknown,
  moves: readonly boolean[],
  mapped: readonly boolean[],
  { operands, examples }: BatchOf,
): void {
  const n = mapped.length;
  const call = calling(primitive, params);
  const run = vmap((xs: readonly Tensor[]) => call(...xs), { inAxes: [mapped.map((is) => (is ? 0 : null))] });
  const inputs = operands.slice(0, n);
  const { value, pullback } = vjp(
    (xs: readonly Tensor[]) => run(merge(inputs, moves, xs)),
    inputs.filter((_, i) => moves[i]),
  );
  let next = n;
  const cts = pullback(
    value.map((y) => (isDifferentiable(y) ? (operands[next++] as Tensor) : null)),
  ) as readonly Tensor[]; // one per float result
  const rows = examples.map(pulling(primitive, params, moves, n));
  const places = moves.flatMap((is, i) => (is ? [i] : []));
  places.forEach((i, k) => {
    const own = rows.map((row) => [row[k] as Tensor]); // one per moving operand
    if (mapped[i]) expectSame(`operand ${i} of the pullback of vmap`, [cts[k] as Tensor], side(own, own[0] ?? []));
    else expectSum(i, cts[k] as Tensor, own.flat());
  });
}

function expectSum(operand: number, actual: Tensor, parts: readonly Tensor[]): void {
  const numbers = parts.map((part) => part.toTypedArray());
  actual.toTypedArray().forEach((x, i) => {
    const terms = numbers.map((part) => part[i] ?? 0);
    const sum = terms.reduce((a, b) => a + b, 0);
    const size = terms.reduce((a, b) => a + Math.abs(b), 0);
    if (Math.abs(x - sum) > 1e-13 * size)
      throw new Error(`operand ${operand} of the pullback of vmap: ${x}, not ${sum}`);
  });
}

type F = (operands: readonly Tensor[]) => readonly Tensor[];

/** (operands, cotangents of float results) → cotangents of moving operands. */
const pulling =
  (primitive: AnyPrimitive, params: unknown, moves: readonly boolean[], n: number): F =>
  (all) => {
    const inputs = all.slice(0, n);
    const { value, pullback } = vjp(
      (xs: readonly Tensor[]) => calling(primitive, params)(...merge(inputs, moves, xs)),
      inputs.filter((_, i) => moves[i]),
    );
    let next = n;
    return pullback(value.map((y) => (isDifferentiable(y) ? (all[next++] as Tensor) : null))) as readonly Tensor[]; // one per float result
  };

/** (operands, a tangent for each) → tangents of the float results. */
const pushing =
  (primitive: AnyPrimitive, params: unknown, moves: readonly boolean[], n: number): F =>
  (all) => {
    const inputs = all.slice(0, n);
    const f = (xs: readonly Tensor[]): readonly Tensor[] => calling(primitive, params)(...merge(inputs, moves, xs));
    const tangents = all.slice(n).filter((_, i) => moves[i]);
    const moving = inputs.filter((_, i) => moves[i]);
    return (jvp(f, moving, tangents).tangent as readonly Tensor[]).filter(isDifferentiable);
  };

export interface BatchOf {
  readonly mapped: readonly boolean[];
  /** Mapped operands with their examples along axis 0. */
  readonly operands: readonly Concrete[];
  /** The same by example, each cut out by hand. */
  readonly examples: readonly (readonly Concrete[])[];
}

export function batchOf(inputs: readonly Concrete[], mapped: readonly boolean[], size: number): BatchOf {
  const examples = Array.from({ length: size }, (_, b) => inputs.map((x, i) => (mapped[i] ? variant(x, b) : x)));
  const operands = inputs.map((x, i) =>
    mapped[i]
      ? joined(
          examples.map((example) => example[i] as Concrete),
          x,
        )
      : x,
  ); // one per operand
  return { mapped, operands, examples };
}

/** Other numbers of the same kind: turned by some places, floats and integers nearer to zero, so that indices stay in range. */
function variant(x: Concrete, b: number): Concrete {
  const { storage, dtype, shape } = x;
  const turned = storage.map((_, i) => storage[(i + b) % storage.length] ?? 0);
  const changed = turned.map((value) => {
    if (isDifferentiable(x)) return value * (1 - b / 4);
    return dtype === 'bool' ? value ^ (b & 1) : Math.trunc(value / (b + 1));
  });
  return new Concrete(changed, dtype, shape);
}

/** Results by example, side by side along a new first axis. */
export const side = (rows: readonly (readonly Tensor[])[], types: readonly TensorType[]): Concrete[] =>
  types.map((type, k) =>
    joined(
      rows.map((row) => (row[k] as Tensor).concrete('laws')), // each row has all results
      type,
    ),
  );

function joined(parts: readonly Concrete[], { dtype, shape }: TensorType): Concrete {
  const length = parts.reduce((sum, part) => sum + part.size, 0);
  const storage = dtypes[dtype].allocate(length);
  let start = 0;
  for (const part of parts) {
    storage.set(part.storage, start);
    start += part.size;
  }
  return new Concrete(storage, dtype, [parts.length, ...shape]);
}

/** Every choice of at least one of n. */
const subsets = (n: number): boolean[][] =>
  Array.from({ length: 2 ** n - 1 }, (_, k) => Array.from({ length: n }, (_, i) => (((k + 1) >> i) & 1) === 1));

export const batchingLaws: readonly Law[] = [values, derivatives];
