import { dependents, type Equation, type Program, type ScanParams, type VarId } from '@throughline/autograd/back-end';
import { Draft } from './draft.ts';
import { closeLoop, isLoop, openLoop } from './loop.ts';
import type { Pass } from './pass.ts';

/**
 * Exact: two loops of one length and direction, of which neither needs the other, become one; those first that run over
 * one sequence. What they have in common is left to `tidyLoops`. Loops under a checkpoint schedule stay, for they were
 * kept apart to save memory.
 */
export const mergeScans: Pass = (program, say) => {
  let current = program;
  for (;;) {
    const pair = findPair(current);
    if (pair === null) return current;
    say?.(paramsOf(pair[0]).length);
    current = merged(current, ...pair);
  }
};

const paramsOf = (equation: Equation): ScanParams => equation.params as unknown as ScanParams; // of a scan

function findPair(program: Program): [Equation, Equation] | null {
  const loops = program.equations.filter((equation) => isLoop(equation) && paramsOf(equation).checkpoint === undefined);
  let found: [Equation, Equation] | null = null;
  for (const [i, a] of loops.entries()) {
    const later = loops.slice(i + 1).filter((b) => fit(paramsOf(a), paramsOf(b)));
    if (later.length === 0) continue;
    const reached = dependents(program, a.outputs);
    for (const b of later) {
      if (b.inputs.some((id) => reached.has(id))) continue;
      if (shareSequence(a, b)) return [a, b];
      found ??= [a, b];
    }
  }
  return found;
}

const fit = (a: ScanParams, b: ScanParams): boolean => a.length === b.length && a.reverse === b.reverse;

function shareSequence(a: Equation, b: Equation): boolean {
  const [first, second] = [a, b].map((each) => {
    const { constants, carry } = paramsOf(each);
    return each.inputs.slice(constants + carry);
  });
  return first?.some((id) => second?.includes(id)) === true;
}

/** What needs the first loop comes after both. */
function merged(program: Program, a: Equation, b: Equation): Program {
  const draft = new Draft(program);
  const needs = new Set<VarId>(a.outputs);
  const late: Equation[] = [];
  for (const equation of program.equations) {
    if (equation === a) continue;
    if (equation === b) {
      draft.keep(joined(a, b));
      for (const each of late.splice(0)) draft.keep(each);
      needs.clear();
    } else if (equation.inputs.some((id) => needs.has(id))) {
      for (const id of equation.outputs) needs.add(id);
      late.push(equation);
    } else draft.keep(equation);
  }
  return draft.finish();
}

/** One equation that does both loops. */
function joined(a: Equation, b: Equation): Equation {
  const loop = openLoop(a);
  const other = openLoop(b);
  const names = new Map(other.program.inputs.map((id) => [id, loop.body.variable(other.body.type(id))]));
  const outputs = loop.body.splice(other.program, [...names.values()]);
  const input = (id: VarId): VarId => names.get(id) as VarId; // each input was named
  const output = (k: number): VarId => outputs[k] as VarId; // one per output
  const slot = <S extends { inner: VarId }>(each: S): S => ({ ...each, inner: input(each.inner) });
  loop.constants.push(...other.constants.map(slot));
  loop.carries.push(...other.carries.map((carry, i) => ({ ...slot(carry), next: output(i) })));
  loop.xs.push(...other.xs.map(slot));
  loop.ys.push(...other.ys.map((y, k) => ({ ...y, inner: output(other.carries.length + k) })));
  return closeLoop(loop);
}
