import { flatten, onTape, type Program, Recorded, trace } from '@throughline/autograd';
import type { Tensor } from '@throughline/tensor';
import type { AnyCell } from '../../cell.ts';
import type { Dims } from '../../dims.ts';
import { examples, withExtents } from './equations.ts';
import { Expressions } from './expression.ts';

/** A step with its pullback: what ran, and the cotangents that come out, by name. */
interface TracedPullback {
  readonly program: Program;
  readonly inputs: readonly string[];
  readonly forward: readonly { readonly name: string; readonly id: number }[];
  readonly backward: readonly { readonly name: string; readonly id: number }[];
}

/**
 * A step's backward pass as equations, read off the trace of its reverse sweep: no rule of the cell's own stands behind them.
 *
 * δh' and δc' come in from the step after; Δc' is δc' with what this step adds to it; δf is the cotangent of f; what flows
 * back to the step before is δh, δc. Parameters and x are left out.
 * @example backwardEquations(rnn).join()   // δh = (δh' ⊙ (1 − h' ⊙ h')) U_hᵀ
 */
export function backwardEquations(cell: AnyCell): string[] {
  const { program, inputs, forward, backward } = withExtents(cell, tracePullback);
  const names = new Map(program.inputs.map((id, i) => [id, inputs[i] ?? '?']));
  const lines: { name: string; id: number }[] = [];
  for (const { name, id } of forward) if (!names.has(id)) names.set(id, name);
  for (const line of backward) {
    if (names.has(line.id)) continue; // passed on as it came
    names.set(line.id, line.name);
    lines.push(line);
  }
  const expressions = new Expressions(program, names);
  const order = new Map(program.equations.flatMap((equation, i) => equation.outputs.map((id) => [id, i] as const)));
  return [...expressions.shared, ...lines]
    .toSorted((a, b) => (order.get(a.id) ?? -1) - (order.get(b.id) ?? -1))
    .map(({ id, name }) => `${name} = ${expressions.definition(id)}`);
}

function tracePullback(cell: AnyCell, dims: Dims): TracedPullback {
  const { params, state, x: input, letters } = examples(cell, dims);
  const states = flatten('equations', state).paths;
  const names = { forward: [] as string[], backward: [] as string[] };
  const program = trace(
    (p, s, x, incoming) => {
      const { result, sweep } = onTape((put) => {
        const held = flatten('equations', s);
        const own = held.leaves.map(put);
        const { state: next, taps } = cell.step(p, held.rebuild(own) as typeof state, x); // the cell's own nesting
        return { own, next: flatten('equations', next), taps: flatten('equations', taps) };
      });
      const { own, next, taps } = result;
      const nodes = [
        ...taps.leaves.map((node, i) => ({ node, name: `δ${taps.paths[i]}` })),
        ...next.leaves.map((node, i) => ({ node, name: `Δ${next.paths[i]}'` })),
        ...own.map((node, i) => ({ node, name: `δ${states[i]}` })),
      ].filter((entry): entry is { node: Recorded; name: string } => entry.node instanceof Recorded);
      const cts = sweep(
        next.leaves,
        nodes.map(({ node }) => node),
      )(flatten('equations', incoming).leaves);
      const found = nodes.flatMap(({ name }, i) => (cts[i] ? [{ name, ct: cts[i] }] : []));
      names.forward = [...next.paths.map((path) => `${path}'`), ...taps.paths];
      names.backward = found.map(({ name }) => name);
      return [...next.leaves, ...taps.leaves, ...found.map(({ ct }) => ct)] as Tensor[]; // all are tensors
    },
    params,
    state,
    input,
    state,
  );
  const id = (i: number): number => program.outputs[i] as number; // one per name
  return {
    program,
    inputs: [...letters, ...states.map((path) => `δ${path}'`)],
    forward: names.forward.map((name, i) => ({ name, id: id(i) })),
    backward: names.backward.map((name, i) => ({ name, id: id(names.forward.length + i) })),
  };
}
