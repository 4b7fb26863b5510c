import type { AnyCell } from '../../cell.ts';
import { Expressions, type Named } from './expression.ts';
import { withExtents } from './extents.ts';
import { type TracedStep, traceStep } from './trace-step.ts';

/** One equation, in which half of a step it stands. */
export interface StepLine {
  readonly name: string;
  readonly text: string;
  readonly half: 'forward' | 'shared' | 'backward';
}

/**
 * A step's backward pass as equations, read off the trace of its reverse sweep and simplified: no rule of the cell's own
 * stands behind them.
 *
 * δh' and δc' come in from the step after; Δc' is δc' with what this step adds to it; δf is the cotangent of f, δa_f that
 * of what f is a function of. Out come δh and δc for the step before, δx for the layer below, and each parameter's: δW_f.
 * Σ sums over the rows of the batch. No expression stands there twice: tanh_c' and co_f are tanh(c') and 1 − f.
 * @example backwardEquations(rnn).slice(0, 2).join('; ')   // δa_h = δh' ⊙ (1 − h'²); δh = δa_h U_hᵀ
 */
export const backwardEquations = (cell: AnyCell): string[] =>
  stepLines(cell).flatMap(({ half, text }) => (half === 'forward' ? [] : [text]));

/** Both halves of a step, in an order in which they can be computed. */
export const stepLines = (cell: AnyCell): StepLine[] => linesOf(withExtents(cell, traceStep));

function linesOf(step: TracedStep): StepLine[] {
  const { program, inputs, forward, out, values, results, suggestions, extents } = step;
  const given = new Map(program.inputs.map((id, i) => [id, inputs[i] ?? '?']));
  const names = new Map(given);
  const flowing = results.filter((result): result is Named => result.id !== null);
  // A value with two names goes by the first: a next state's, before a tap's, before `out`.
  const lines = [...forward, ...(out ? [out] : []), ...values, ...flowing];
  for (const { id, name } of lines) if (!names.has(id)) names.set(id, name);
  const expressions = new Expressions(program, { names, suggestions, extents });
  const isBackward = dependsOnIncoming(step);
  const order = new Map(program.equations.flatMap((equation, i) => equation.outputs.map((id) => [id, i] as const)));
  const textOf = ({ id, name }: Named): string =>
    `${name} = ${expressions.nameOf(id) === name ? expressions.bareDefinition(id) : expressions.nameOf(id)}`;
  const half = (id: number, otherwise: StepLine['half']): StepLine['half'] =>
    isBackward.has(id) ? 'backward' : otherwise;
  const main = [
    ...forward.map((line) => ({ ...line, half: 'forward' as const })),
    ...(out ? [{ ...out, half: 'forward' as const }] : []),
    // A cotangent that is passed on as it came needs no second name.
    ...values
      .filter(({ id, name }) => names.get(id) === name)
      .map((line) => ({ ...line, half: half(line.id, 'backward') })),
    ...expressions.shared.map((line) => ({ ...line, half: half(line.id, 'shared') })),
    ...flowing.filter((line) => isState(step, line.name)).map((line) => ({ ...line, half: 'backward' as const })),
  ].toSorted((a, b) => (order.get(a.id) ?? -1) - (order.get(b.id) ?? -1));
  const rest = results.filter((result) => !isState(step, result.name));
  return [
    ...main.map((line) => ({ name: line.name, half: line.half, text: textOf(line) })),
    ...rest.map(({ name, id }) => ({
      name,
      half: 'backward' as const,
      text: id === null ? `${name} = 0` : textOf({ name, id }),
    })),
    ...results
      .filter((result) => result.id === null && isState(step, result.name))
      .map(({ name }) => ({ name, half: 'backward' as const, text: `${name} = 0` })),
  ];
}

const isState = ({ forward }: TracedStep, name: string): boolean =>
  forward.some((one) => one.name === `${name.slice(1)}'`);

/** The variables that depend on a cotangent that comes in. */
function dependsOnIncoming({ program, inputs }: TracedStep): Set<number> {
  const reached = new Set(program.inputs.filter((_, i) => inputs[i]?.startsWith('δ')));
  for (const equation of program.equations) {
    if (equation.inputs.some((id) => reached.has(id))) for (const id of equation.outputs) reached.add(id);
  }
  return reached;
}
