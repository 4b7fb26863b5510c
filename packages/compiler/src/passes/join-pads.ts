import { type Equation, known, type Origin, type Program, type VarId } from '@throughline/autograd/back-end';
import { Concrete, dtypes, type TensorType } from '@throughline/tensor';
import { Draft } from './draft.ts';
import { makersOf, sumsOf } from './joins.ts';
import type { Pass } from './pass.ts';
import { usesOf } from './views.ts';

/**
 * Sums of parts that do not overlap, each among zeros, are these parts joined (reassociating: a −0 among zeros becomes 0
 * in the sum, and stays −0 in the join). So the cotangent of an array that was cut by slices is written once.
 */
export const joinPads: Pass = (program, say) => {
  if (!program.equations.some(({ primitive }) => primitive === known.pad)) return program;
  const uses = usesOf(program.equations, program.outputs);
  const makers = makersOf(program);
  const sums = sumsOf(program, makers, uses);
  const draft = new Draft(program);
  let joined = 0;
  for (const equation of program.equations) {
    const terms = sums.get(equation) ?? [];
    const parts = apart(terms, (id) => (uses[id] === 1 ? partOf(id, makers[id], program) : null));
    draft.keep(equation);
    if (parts.length === 0) continue;
    joined += parts.length;
    const gone = new Set(parts.map(({ term }) => term));
    const rest = terms.filter((id) => !gone.has(id));
    const whole = writeJoined(parts, program, draft, equation.origin);
    const sum = rest.reduce((total, id) => draft.one(known.add, [total, id], {}, equation.origin), whole);
    draft.rename(equation.outputs[0] as VarId, sum); // a sum has one result
  }
  if (joined === 0) return program;
  say?.(`${joined} parts that were added up among zeros are joined`);
  return draft.finish();
};

/** A term that is zero but for a range of one axis. */
interface Part {
  readonly term: VarId;
  readonly inside: VarId;
  readonly axis: number;
  /** Where it begins and ends in the whole. */
  readonly low: number;
  readonly stop: number;
}

/** Two parts or more of one axis, in order, that do not overlap. */
function apart(terms: readonly VarId[], partAt: (term: VarId) => Part | null): readonly Part[] {
  const byAxis = new Map<number, Part[]>();
  for (const term of terms) {
    const part = partAt(term);
    if (part !== null) byAxis.set(part.axis, [...(byAxis.get(part.axis) ?? []), part]);
  }
  for (const all of byAxis.values()) {
    let end = 0;
    const parts = all
      .sort((p, q) => p.low - q.low)
      .filter(({ low, stop }) => {
        if (low < end) return false;
        end = stop;
        return true;
      });
    if (parts.length > 1) return parts;
  }
  return [];
}

function partOf(term: VarId, maker: Equation | undefined, { types }: Program): Part | null {
  if (maker?.primitive !== known.pad) return null;
  const { low, high, interior } = maker.params as { readonly [key: string]: readonly number[] }; // of pad
  if (low === undefined || high === undefined || interior?.some((gap) => gap > 0)) return null;
  const [axis, ...others] = low.flatMap((count, at) => (count + (high[at] ?? 0) > 0 ? [at] : []));
  if (axis === undefined || others.length > 0) return null;
  const stop = (types[term]?.shape[axis] ?? 0) - (high[axis] ?? 0);
  return { term, inside: maker.inputs[0] as VarId, axis, low: low[axis] ?? 0, stop }; // pad has one operand
}

/** The parts side by side, with zeros where none is. */
function writeJoined(parts: readonly Part[], { types }: Program, draft: Draft, origin: Origin | undefined): VarId {
  const [{ axis, term }] = parts as readonly [Part]; // there are two
  const { dtype, shape } = types[term] as TensorType; // ids are indices of types
  const pieces: VarId[] = [];
  let end = 0;
  const fillTo = (place: number): void => {
    if (place === end) return;
    const zero = draft.variable({ dtype, shape: [] });
    draft.constants.set(zero, new Concrete(dtypes[dtype].allocate(1), dtype, []));
    pieces.push(draft.one(known.broadcastTo, [zero], { shape: shape.with(axis, place - end) }, origin));
  };
  for (const { inside, low, stop } of parts) {
    fillTo(low);
    pieces.push(inside);
    end = stop;
  }
  fillTo(shape[axis] as number); // the axis is one of its
  return draft.one(known.concat, pieces, { axis }, origin);
}
