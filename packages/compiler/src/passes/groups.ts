/** @file Equations that do not need each other, and that become one. */
import type { Equation, Program, VarId } from '@throughline/autograd/back-end';
import { Draft } from './draft.ts';
import { makersOf } from './joins.ts';

/** Equations of which none needs another, and what writes all of them at once. */
export interface Group {
  readonly equations: readonly Equation[];
  write(draft: Draft): void;
}

/**
 * The equations that `is` names, each with its level. Those on one level do not depend on each other, nor do groups of such
 * in a circle: each raises the level of what needs it.
 */
export function leveled({ equations }: Program, is: (equation: Equation) => boolean): (readonly [Equation, number])[] {
  const levels: number[] = [];
  const found: (readonly [Equation, number])[] = [];
  for (const equation of equations) {
    let level = equation.inputs.reduce((highest, id) => Math.max(highest, levels[id] ?? 0), 0);
    if (is(equation)) found.push([equation, ++level]);
    for (const id of equation.outputs) levels[id] = level;
  }
  return found;
}

/** A Program with groups written at once. What a group's operands need comes before it, though it was written later. */
export function rewriteGroups(program: Program, groups: readonly Group[]): Program {
  if (groups.length === 0) return program;
  const makers = makersOf(program);
  const groupOf = new Map(groups.flatMap((group) => group.equations.map((equation) => [equation, group] as const)));
  const draft = new Draft(program);
  const written = new Set<Equation>();
  const missing = (id: VarId): Equation[] => {
    const maker = makers[id];
    return maker === undefined || written.has(maker) ? [] : [maker];
  };
  for (const equation of program.equations) {
    const stack = [equation];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const group = groupOf.get(top);
      const equations = group?.equations ?? [top];
      const before = written.has(top) ? [] : equations.flatMap(({ inputs }) => inputs.flatMap(missing));
      stack.push(...before);
      if (before.length > 0) continue;
      stack.pop();
      if (written.has(top)) continue;
      if (group === undefined) draft.keep(top);
      else group.write(draft);
      for (const each of equations) written.add(each);
    }
  }
  return draft.finish();
}
