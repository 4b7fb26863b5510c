import type { Equation, Program, VarId } from '@throughline/autograd/back-end';
import { ensure } from '../collections.ts';

/**
 * A Program's equations, each after what it reads, with maps and views as early as they can be: whatever waits to be stored
 * when a product needs one of them then goes into one kernel.
 */
export function mapsFirst({ equations }: Program): Equation[] {
  const readers = new Map<VarId, number[]>();
  const missing = equations.map(({ inputs }) => new Set(inputs));
  const produced = new Set(equations.flatMap(({ outputs }) => outputs));
  const [early, late]: [number[], number[]] = [[], []];
  const ready = (e: number): void => {
    if (isCheap(equations[e] as Equation))
      early.push(e); // e is an index
    else insert(late, e);
  };
  missing.forEach((ids, e) => {
    for (const id of ids) {
      if (!produced.has(id)) ids.delete(id);
      else ensure(readers, id, () => []).push(e);
    }
    if (ids.size === 0) ready(e);
  });
  const ordered: Equation[] = [];
  for (let next = 0; ordered.length < equations.length; ) {
    const e = next < early.length ? early[next++] : late.shift();
    const equation = equations[e as number] as Equation; // verify: no equation waits for a later one
    ordered.push(equation);
    for (const id of equation.outputs) {
      for (const reader of readers.get(id) ?? []) {
        if (missing[reader]?.delete(id) && missing[reader].size === 0) ready(reader);
      }
    }
  }
  return ordered;
}

function insert(sorted: number[], value: number): void {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value)
      low = middle + 1; // low ≤ middle < high
    else high = middle;
  }
  sorted.splice(low, 0, value);
}

/** Whether lowering it only makes an expression. */
const isCheap = ({ primitive: { semantics }, inputs }: Equation): boolean =>
  semantics.kind === 'map' || (semantics.kind === 'view' && inputs.length === 1);
