import {
  InternalError,
  isDifferentiable,
  NotDifferentiableError,
  type Tensor,
  type TensorType,
} from '@throughline/tensor';
import { bindAny, depth, outside, within } from './bind.ts';
import { record } from './builder.ts';
import { evaluate } from './evaluate.ts';
import { paramsKey } from './params.ts';
import { placed, unpack } from './placed.ts';
import type { AnyPrimitive, Cotangent, Linearization } from './primitive.ts';
import { isProgram, type Program } from './program.ts';
import { prepare, pullEntry } from './pullback.ts';
import { scope } from './scope.ts';
import { Tape } from './tape.ts';
import { Dual, type Recorded, Trace } from './value.ts';

/** Forward mode: each op that runs on a value with a tangent gives its own tangent at once. Nothing is kept. */
export class Forward extends Trace {
  process(primitive: AnyPrimitive, inputs: readonly Tensor[], params: unknown): readonly Tensor[] {
    const mine = inputs.map((x) => (x instanceof Dual && x.trace === this ? x : null));
    const primals = inputs.map((x, i) => mine[i]?.primal ?? x);
    const outputs = bindAny(primitive, primals, params);
    if (!outputs.some(isDifferentiable)) return outputs;
    const tangents = mine.map((x) => x?.tangent ?? null);
    const run = () => push(primitive, tangents, { inputs: primals, outputs, params });
    // A Program that is being recorded inside jvp is no place for what happens outside.
    const pushed = scope({ pushforward: primitive.name }, () => (depth() > this.level ? outside(this, run) : run()));
    return outputs.map((y, k) => {
      const tangent = pushed[k];
      return tangent ? new Dual(y, tangent, this) : y;
    });
  }
}

/** Tangents in, tangents out, at one op. */
export function push(
  primitive: AnyPrimitive,
  tangents: readonly Cotangent[],
  at: Linearization<unknown, number, number>,
): readonly Cotangent[] {
  if (primitive.pushforward !== undefined) return primitive.pushforward(tangents, at);
  const active = tangents.flatMap((t, i) => (t === null ? [] : [i]));
  const { program, present } = transposed(primitive, active, at);
  const given = tangents.filter((t): t is Tensor => t !== null);
  return placed(evaluate(program, [...at.inputs, ...at.outputs, ...given]), present);
}

/** The pushforward of a primitive as a Program over (inputs, outputs, tangents), and which outputs have a tangent. */
interface Transposed {
  readonly program: Program;
  readonly present: readonly boolean[];
}

const byKey = new WeakMap<AnyPrimitive, Map<string, Transposed>>();
/** Sequences of many lengths make many types; what was not asked for lately is derived again. */
const keptPerPrimitive = 256;

/** The transpose of a primitive's pullback in the cotangent, derived once per (primitive, params, types). */
function transposed(
  primitive: AnyPrimitive,
  active: readonly number[],
  at: Linearization<unknown, number, number>,
): Transposed {
  if (Object.values(at.params ?? {}).some(isProgram)) return transpose(primitive, active, at);
  const cache = byKey.get(primitive) ?? new Map<string, Transposed>();
  byKey.set(primitive, cache);
  const key = paramsKey([active, at.params, at.inputs.map(typeKey)]);
  const known = cache.get(key) ?? transpose(primitive, active, at);
  cache.delete(key); // so that what was asked for last stands last
  cache.set(key, known);
  if (cache.size > keptPerPrimitive) cache.delete(cache.keys().next().value as string); // there are some
  return known;
}

/**
 * Each pullback x̄ = Jᵀȳ is linear in ȳ, so pulling a tangent t back through the *rule itself*, from x̄ to ȳ, gives J t.
 * The rule runs on abstract values; the cotangent it ran at must not appear in the result.
 */
function transpose(
  primitive: AnyPrimitive,
  active: readonly number[],
  at: Linearization<unknown, number, number>,
): Transposed {
  const { inputs, outputs, params } = at;
  const present: boolean[] = [];
  const carrying = outputs.map((y, k) => ({ y, k })).filter(({ y }) => isDifferentiable(y));
  const types: TensorType[] = [
    ...inputs,
    ...outputs,
    ...active.map((i) => inputs[i] as Tensor),
    ...carrying.map(({ y }) => y),
  ]; // i < inputs.length
  const { program } = record(types, (all) => {
    const rest = all.slice(inputs.length + outputs.length);
    const primal = { inputs: all.slice(0, inputs.length), outputs: all.slice(inputs.length, -rest.length), params };
    const results = pullThroughRule(
      primitive,
      active,
      primal,
      rest.slice(0, active.length),
      carrying,
      rest.slice(active.length),
    );
    present.push(...results.map((t) => t !== null));
    return results.filter((t): t is Tensor => t !== null);
  });
  return { program: withoutCotangents(primitive, program, carrying.length), present };
}

function pullThroughRule(
  primitive: AnyPrimitive,
  active: readonly number[],
  at: Linearization<unknown, number, number>,
  tangents: readonly Tensor[],
  carrying: readonly { k: number }[],
  cotangents: readonly Tensor[],
): Cotangent[] {
  return within(
    (level) => new Tape(level),
    (tape) => {
      const cts = at.outputs.map((): Recorded | null => null);
      carrying.forEach(({ k }, n) => {
        cts[k] = tape.input(cotangents[n] as Tensor); // one per carrying output
      });
      const entry = { primitive, params: at.params, inputs: at.inputs, outputs: at.outputs, operands: [], first: 0 };
      const wanted = at.inputs.map((_, i) => active.includes(i));
      const pulled = pullEntry(entry, cts, wanted);
      const ends = active.map((i) => pulled[i] ?? at.inputs[i] ?? missing());
      const starts = cts.filter((ct): ct is Recorded => ct !== null);
      return unpack(cts, prepare(tape, ends, starts)(tangents)); // starts are the cts that are not null
    },
  );
}

/** Drops the cotangents from a transposed program's inputs; a rule that is not linear in them still needs them. */
function withoutCotangents(primitive: AnyPrimitive, program: Program, count: number): Program {
  const inputs = program.inputs.slice(0, program.inputs.length - count);
  const cotangents = new Set(program.inputs.slice(inputs.length));
  const used = [...program.outputs, ...program.equations.flatMap((equation) => equation.inputs)];
  if (used.some((id) => cotangents.has(id))) {
    throw new NotDifferentiableError(
      'jvp',
      `the pullback of ${primitive.name} is not linear in its cotangent, so it has no transpose. Use reverse mode (grad, vjp).`,
    );
  }
  return { ...program, inputs };
}

const typeKey = (type: TensorType): string => `${type.dtype}${type.shape}`;

function missing(): never {
  throw new InternalError('an active operand has no value.');
}
