/** @file Functions as bodies of structured equations: recorded together, pulled back, pushed forward. */
import { formatType, isDifferentiable, ShapeError, sameType, type Tensor, type TensorType } from '@throughline/tensor';
import { within } from '../bind.ts';
import { record } from '../builder.ts';
import { evaluate } from '../evaluate.ts';
import { Forward } from '../forward.ts';
import { placed } from '../placed.ts';
import type { Cotangent } from '../primitive.ts';
import { type Program, typeOf, type VarId } from '../program.ts';
import { prepare } from '../pullback.ts';
import { Tape } from '../tape.ts';
import { Dual, Recorded } from '../value.ts';
import { filled } from './sum-broadcast.ts';

/** A body made from another one: what it gives, and for which of the places asked about it gives something. */
export interface Partial {
  readonly program: Program;
  readonly present: readonly boolean[];
}

export const inputTypes = (body: Program): TensorType[] => body.inputs.map((id) => typeOf(body, id));
export const outputTypes = (body: Program): TensorType[] => body.outputs.map((id) => typeOf(body, id));

/** Throws unless two lists of types are one. */
export function checkTypes(
  op: string,
  what: string,
  types: readonly TensorType[],
  where: string,
  expected: readonly TensorType[],
): void {
  if (types.length === expected.length && types.every((type, i) => sameType(type, expected[i] as TensorType))) return; // equal lengths
  const show = (list: readonly TensorType[]): string => `(${list.map(formatType).join(', ')})`;
  throw new ShapeError(op, `${what} ${show(types)}, ${where} ${show(expected)}.`);
}

/** Records functions of the same operands. Every body takes all that any of them captured, then the operands. */
export function recordBodies(
  types: readonly TensorType[],
  functions: readonly ((inputs: readonly Tensor[]) => readonly Tensor[])[],
): { bodies: Program[]; captures: Tensor[] } {
  const recorded = functions.map((f) => record(types, f, true)); // none of their ops may run outside, where it always would
  const captures = [...new Set(recorded.flatMap((one) => one.captures))];
  const bodies = recorded.map(({ program, captures: own }) => {
    const all = [...program.types];
    const first = captures.map(({ dtype, shape }, i): VarId => {
      const place = own.indexOf(captures[i] as Tensor); // i < length
      return place < 0 ? all.push({ dtype, shape }) - 1 : (program.inputs[types.length + place] as VarId); // one per capture
    });
    return Object.freeze({ ...program, types: all, inputs: [...first, ...program.inputs.slice(0, types.length)] });
  });
  return { bodies, captures };
}

/** The pullback: (inputs, cotangents of the active outputs) → the cotangents that reach wanted inputs. */
export function pullBody(body: Program, active: readonly boolean[], wanted: readonly boolean[]): Partial {
  const inputs = inputTypes(body);
  let present: boolean[] = [];
  const { program } = record([...inputs, ...outputTypes(body).filter((_, k) => active[k])], (all) =>
    within(
      (level) => new Tape(level),
      (tape) => {
        const own = inputs.map((type, i) => {
          const x = all[i] as Tensor; // one per input
          return wanted[i] && isDifferentiable(type) ? tape.input(x) : x;
        });
        const starts = own.filter((x): x is Recorded => x instanceof Recorded && x.trace === tape);
        let given = inputs.length;
        const cts = active.map((is): Cotangent => (is ? (all[given++] ?? null) : null));
        const pulled = prepare(tape, evaluate(body, own), starts)(cts);
        const byInput = own.map((x) => pulled[starts.indexOf(x as Recorded)] ?? null); // −1 for what is no start
        present = byInput.map((ct) => ct !== null);
        return someOf(byInput);
      },
    ),
  );
  return { program, present };
}

/** The pushforward: (inputs, tangents of the moving ones) → the tangents that outputs have. */
export function pushBody(body: Program, moving: readonly boolean[]): Partial {
  const inputs = inputTypes(body);
  let present: boolean[] = [];
  const { program } = record([...inputs, ...inputs.filter((_, i) => moving[i])], (all) =>
    within(
      (level) => new Forward(level),
      (forward) => {
        let given = inputs.length;
        const own = inputs.map((_, i) => {
          const x = all[i] as Tensor; // one per input
          return moving[i] ? new Dual(x, all[given++] as Tensor, forward) : x; // one per moving input
        });
        const tangents = evaluate(body, own).map((y) => (y instanceof Dual && y.trace === forward ? y.tangent : null));
        present = tangents.map((t) => t !== null);
        return someOf(tangents);
      },
    ),
  );
  return { program, present };
}

/** The same bodies giving a value wherever one of them does: the others give zero there. */
export function aligned(
  parts: readonly Partial[],
  types: readonly TensorType[],
): { bodies: Program[]; present: boolean[] } {
  const present = types.map((_, i) => parts.some((part) => part.present[i] === true));
  const bodies = parts.map((part) => {
    if (present.every((is, i) => is === part.present[i])) return part.program;
    return record(inputTypes(part.program), (inputs) => {
      const values = placed(evaluate(part.program, inputs), part.present);
      return types.flatMap((type, i) => (present[i] ? [values[i] ?? filled(type, 0)] : []));
    }).program;
  });
  return { bodies, present };
}

export const someOf = (list: readonly Cotangent[]): Tensor[] => list.filter((x): x is Tensor => x !== null);
