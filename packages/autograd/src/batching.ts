import type { Tensor, TensorType } from '@throughline/tensor';
import { bindAny, innermost, outside, within } from './bind.ts';
import { record } from './builder.ts';
import { evaluate } from './evaluate.ts';
import type { AnyPrimitive, Batch, BatchRule } from './primitive.ts';
import { stack, unstack } from './primitives/concat-split.ts';
import { broadcastOperand, filled } from './primitives/sum-broadcast.ts';
import { type Program, typeOf } from './program.ts';
import type { Semantics } from './semantics.ts';
import { Batched, Trace } from './value.ts';

/** Many examples at once: each op that meets a mapped value runs on the whole batch, by its batching rule. */
export class Batching extends Trace {
  readonly size: number;
  constructor(level: number, size: number) {
    super(level);
    this.size = size;
  }

  /** All examples along a leading axis, as one example. */
  input(values: Tensor): Batched {
    return new Batched(values, this);
  }

  /** All examples, where the value is mapped by this trace. */
  valuesOf(x: Tensor): Tensor | null {
    return x instanceof Batched && x.trace === this ? x.values : null;
  }

  process(primitive: AnyPrimitive, inputs: readonly Tensor[], params: unknown): readonly Tensor[] {
    primitive.infer(inputs, params); // errors speak of one example
    const values = inputs.map((x) => this.valuesOf(x));
    const mapped = values.map((x) => x !== null);
    const rule = primitive.batch ?? derivedRule(primitive);
    const operands = inputs.map((x, i) => values[i] ?? x);
    // A Program that is being recorded inside vmap is no place for what happens outside.
    const results = outside(this, () => rule({ primitive, inputs: operands, mapped, params, size: this.size }));
    return results.outputs.map((y, k) => (results.mapped?.[k] === false ? y : this.input(y)));
  }
}

function derivedRule({ batchParams, semantics }: AnyPrimitive): BatchRule {
  if (batchParams !== undefined) return beneath(batchParams);
  return rules[semantics.kind] ?? inTurn;
}

/** The same primitive beneath the leading axis: operands that are not mapped are repeated for every example. */
const beneath =
  (paramsFor: (params: unknown, size: number) => unknown): BatchRule =>
  ({ primitive, inputs, mapped, params, size }) => ({
    outputs: bindAny(
      primitive,
      inputs.map((x, i) => (mapped[i] ? x : repeated(x, size, inputs))),
      paramsFor(params, size),
    ),
  });

/** One example after another: right for every primitive whose results depend on its operands and params alone. */
const inTurn: BatchRule = ({ primitive, inputs, mapped, params, size }) => {
  if (size === 0) {
    const types = primitive.infer(
      inputs.map((x, i) => (mapped[i] ? slice(x) : x)),
      params,
    );
    return { outputs: types.map(({ dtype, shape }) => filled({ dtype, shape: [0, ...shape] }, 0)) };
  }
  const slices = inputs.map((x, i) => (mapped[i] ? unstack(x) : new Array<Tensor>(size).fill(x)));
  const rows = Array.from({ length: size }, (_, n) =>
    bindAny(
      primitive,
      slices.map((list) => list[n] as Tensor), // one per example
      params,
    ),
  );
  return { outputs: (rows[0] ?? []).map((_, k) => stack(rows.map((row) => row[k] as Tensor))) }; // each row has all results
};

/** Rules that follow from what a primitive means. */
const rules: { readonly [K in Semantics['kind']]?: BatchRule } = {
  map: beneath((params) => params),
  reduce: beneath((params) => {
    const { axes } = params as { axes: readonly number[] }; // what `reduce` says of params
    return { ...(params as object), axes: axes.map((axis) => (axis < 0 ? axis : axis + 1)) };
  }),
  contract: ({ primitive, inputs, mapped, params }) => {
    const { a, b, out } = params as { readonly [list in 'a' | 'b' | 'out']: readonly number[] }; // what `contract` says of params
    const example = Math.max(-1, ...a, ...b) + 1;
    const lists = {
      a: mapped[0] ? [example, ...a] : a,
      b: mapped[1] ? [example, ...b] : b,
      out: [example, ...out],
    };
    return { outputs: bindAny(primitive, inputs, lists) };
  },
};

/** Whether a function is running on many examples at once. */
export const insideVmap = (): boolean =>
  innermost((trace): trace is Batching => trace instanceof Batching) !== undefined;

/** A function of operands for all examples at once. */
export const batchCall = (
  f: (operands: readonly Tensor[]) => readonly Tensor[],
  { inputs, mapped, size }: Pick<Batch, 'inputs' | 'mapped' | 'size'>,
): { outputs: readonly Tensor[]; mapped: readonly boolean[] } =>
  within(
    (level) => new Batching(level, size),
    (batching) => {
      const outputs = f(inputs.map((x, i) => (mapped[i] ? batching.input(x) : x)));
      const values = outputs.map((y) => batching.valuesOf(y));
      return { outputs: outputs.map((y, k) => values[k] ?? y), mapped: values.map((y) => y !== null) };
    },
  );

/** A value that all examples share, once for each. */
export const repeated = (x: Tensor, size: number, beside: readonly Tensor[] = []): Tensor =>
  broadcastOperand(x, [size, ...x.shape], beside);

const slice = ({ dtype, shape }: TensorType): TensorType => ({ dtype, shape: shape.slice(1) });

/**
 * A Program for many examples at once: its mapped inputs get a leading axis, and so do the outputs that depend on them,
 * and those that `forced` asks for.
 */
export function batchProgram(
  program: Program,
  mapped: readonly boolean[],
  size: number,
  forced: (output: number) => boolean,
): { program: Program; mapped: readonly boolean[] } {
  const types = program.inputs.map((id, i): TensorType => {
    const { dtype, shape } = typeOf(program, id);
    return { dtype, shape: mapped[i] ? [size, ...shape] : shape };
  });
  let isMapped: readonly boolean[] = [];
  const batched = record(types, (all) => {
    const results = batchCall((inputs) => evaluate(program, inputs), { inputs: all, mapped, size });
    isMapped = results.mapped.map((is, k) => is || forced(k));
    return results.outputs.map((y, k) => (isMapped[k] && !results.mapped[k] ? repeated(y, size, all) : y));
  });
  return { program: batched.program, mapped: isMapped };
}
