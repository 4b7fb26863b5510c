import {
  flatten,
  onTape,
  type Program,
  Recorded,
  type Sweep,
  type SweepListener,
  type Tape,
  trace,
} from '@throughline/autograd';
import { simplify } from '@throughline/autograd/symbolic';
import { isDifferentiable, type Tensor } from '@throughline/tensor';
import type { AnyCell } from '../../cell.ts';
import type { Dims } from '../../dims.ts';
import type { Named } from './expression.ts';
import { examples, extentNames } from './extents.ts';

/** A step with its pullback, simplified: what ran, and the cotangents that come out, by name. */
export interface TracedStep {
  readonly program: Program;
  readonly inputs: readonly string[];
  /** Next states (c'), then taps. */
  readonly forward: readonly Named[];
  /** `out`, where it is no state. */
  readonly out: Named | null;
  /** What this step's values get in all: δf of a tap, Δc' of a next state. */
  readonly values: readonly Named[];
  /** What flows out: of states, of the input, of parameters, in this order. Null: nothing does. */
  readonly results: readonly { readonly name: string; readonly id: number | null }[];
  /** Names for cotangents in between: δa_f for that of f's pre-activation. */
  readonly suggestions: ReadonlyMap<number, string | { readonly cotangentOf: readonly number[] }>;
  readonly extents: ReadonlyMap<number, string>;
}

/** A value on the tape, by name. */
interface Node {
  readonly name: string;
  readonly node: Recorded;
}

const isNode = (entry: { name: string; node: Tensor }): entry is Node => entry.node instanceof Recorded;

/** Traces one step and its reverse sweep. */
export function traceStep(cell: AnyCell, dims: Dims): TracedStep {
  const { params, state, x: input, letters } = examples(cell, dims);
  const paths = flatten('equations', state).paths;
  const found = {
    forward: [] as string[],
    values: [] as string[],
    between: [] as string[],
    results: [] as string[],
    present: [] as boolean[],
    hasOut: false,
    pairs: 0,
  };
  const program = trace(
    (p, s, x, incoming, outgoing) => {
      const ran = onTape((put) => record(cell, p, s, x, put), { keeps: 'everything' });
      const { next, taps, out } = ran.result;
      const hasOut = !next.leaves.includes(out) && isDifferentiable(out);
      const values = [
        ...taps.leaves.map((node, i) => ({ node, name: `δ${taps.paths[i]}` })),
        ...next.leaves.map((node, i) => ({ node, name: `Δ${next.paths[i]}'` })),
      ]
        .filter(isNode)
        // What passes through untouched has a name already.
        .filter(({ node }) => !ran.result.ends.includes(node));
      const ends = ran.result.ends.map((node, i) => ({ node, name: `δ${letters[i]}` }));
      const between = new Map<number, Between>();
      const sweep = sweepOf(
        ran,
        [...next.leaves, ...(hasOut ? [out] : [])],
        [...values, ...ends].map(({ node }) => node),
        (entry, outgoingCts) => {
          outgoingCts.forEach((ct, k) => {
            const value = entry.outputs[k];
            if (ct && value) between.set(entry.first + k, { value, ct });
          });
        },
      );
      const cts = sweep([
        ...flatten('equations', incoming).leaves.map((ct, i) =>
          isDifferentiable(next.leaves[i] as Tensor) ? ct : null,
        ),
        ...(hasOut ? [outgoing] : []),
      ]); // one per state
      const names = namesBetween(ran.tape, between, next, taps);
      const known = values.flatMap(({ name }, i) => (cts[i] ? [{ name, ct: cts[i] }] : []));
      const results = ends.flatMap(({ name, node }, i) =>
        isDifferentiable(node) ? [{ name, ct: cts[values.length + i] ?? null }] : [],
      );
      found.forward = [...next.paths.map((path) => `${path}'`), ...taps.paths];
      found.values = known.map(({ name }) => name);
      found.between = names.map(({ name }) => name);
      found.results = results.map(({ name }) => name);
      found.present = results.map(({ ct }) => ct !== null);
      found.hasOut = hasOut;
      found.pairs = between.size;
      return [
        ...next.leaves,
        ...taps.leaves,
        out,
        ...known.map(({ ct }) => ct),
        ...names.map(({ ct }) => ct),
        ...[...between.values()].flatMap(({ value, ct }) => [value, ct]),
        ...results.flatMap(({ ct }) => (ct ? [ct] : [])),
      ];
    },
    params,
    state,
    input,
    state,
    cell.step(params, state, input).out,
  );
  return read(
    simplify(program),
    [...letters, ...paths.map((path) => `δ${path}'`), 'δout'],
    found,
    extentNames(dims),
    letters,
  );
}

/** Runs a step with everything that has a derivative on the tape. */
function record(cell: AnyCell, p: unknown, s: unknown, x: Tensor, put: (x: Tensor) => Recorded) {
  const ends: Recorded[] = [];
  const own = <X>(tree: X): X => {
    const flat = flatten('equations', tree);
    const leaves = flat.leaves.map((leaf) => {
      const node = put(leaf);
      ends.push(node);
      return isDifferentiable(leaf) ? node : leaf;
    });
    return flat.rebuild(leaves) as X; // the tree's own nesting
  };
  const {
    state: next,
    taps,
    out,
  } = cell.step(own(p) as Parameters<AnyCell['step']>[0], own(s) as Parameters<AnyCell['step']>[1], own(x)); // a cell's params and state
  return { ends, next: flatten('equations', next), taps: flatten('equations', taps), out };
}

const sweepOf = (
  ran: {
    sweep(ys: readonly Tensor[], xs: readonly Recorded[], held?: Iterable<Recorded>, listener?: SweepListener): Sweep;
  },
  ys: readonly Tensor[],
  xs: readonly Recorded[],
  listener: SweepListener,
): Sweep => ran.sweep(ys, xs, [], listener);

/** A value in between, and what it gets. */
interface Between {
  readonly value: Tensor;
  readonly ct: Tensor;
}

interface Paths {
  readonly leaves: readonly Tensor[];
  readonly paths: readonly string[];
}

/** δa_f: the cotangent of what a function of one operand made f of. */
function namesBetween(
  tape: Tape,
  cts: ReadonlyMap<number, Between>,
  next: Paths,
  taps: Paths,
): { name: string; ct: Tensor }[] {
  const named = [
    ...taps.leaves.map((node, i) => ({ node, name: taps.paths[i] ?? '' })),
    ...next.leaves.map((node, i) => ({ node, name: next.paths[i] ?? '' })),
  ];
  return named.flatMap(({ node, name }) => {
    if (!(node instanceof Recorded)) return [];
    const entry = tape.entries.find(({ first }) => first === node.id);
    const ct = entry?.operands.length === 1 ? cts.get(entry.operands[0] ?? -1)?.ct : undefined;
    return ct ? [{ name: `δa_${name}`, ct }] : [];
  });
}

function read(
  program: Program,
  inputs: readonly string[],
  found: {
    forward: string[];
    values: string[];
    between: string[];
    results: string[];
    present: boolean[];
    hasOut: boolean;
    pairs: number;
  },
  extents: ReadonlyMap<number, string>,
  letters: readonly string[],
): TracedStep {
  let next = 0;
  const take = (name: string): Named => ({ name, id: program.outputs[next++] as number }); // one per name
  const forward = found.forward.map(take);
  const out = take('out');
  const values = found.values.map(take);
  const named = found.between.map(take).map(({ id, name }) => [id, name] as const);
  const pairs = Array.from({ length: found.pairs }, () => [take('').id, take('').id] as const);
  const suggestions = new Map<number, string | { readonly cotangentOf: readonly number[] }>();
  // One cotangent may be that of several values, as of both terms of a sum.
  for (const [value, ct] of pairs) {
    const known = suggestions.get(ct);
    suggestions.set(ct, { cotangentOf: [...(typeof known === 'object' ? known.cotangentOf : []), value] });
  }
  for (const [id, name] of named) suggestions.set(id, name);
  const results = found.results.map((name, i) => (found.present[i] ? take(name) : { name, id: null }));
  // States first, then the input, then parameters.
  const place = ({ name }: { name: string }): number => {
    const at = letters.indexOf(name.slice(1));
    return at === letters.length - 1 ? 1 : forward.some((one) => one.name === `${name.slice(1)}'`) ? 0 : 2;
  };
  const ordered = results.toSorted((a, b) => place(a) - place(b));
  return { program, inputs, forward, out: found.hasOut ? out : null, values, results: ordered, suggestions, extents };
}
