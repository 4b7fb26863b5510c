import type { BeltFacts, Check, ReachFacts } from '../../check/facts.ts';
import { beltRows, type FactRow, gradientRows, reachRow } from '../sections/facts.ts';
import type { LiveData } from './data.ts';
import { keysOf } from './source.ts';

/** Canonical JSON as the values it was written from. */
export function readCanonical(json: string): unknown {
  return JSON.parse(json, (_, value: unknown) =>
    typeof value === 'object' && value !== null && 'number' in value && Object.keys(value).length === 1
      ? Number(value.number)
      : value,
  );
}

/** How many numbers a canonical JSON text holds. */
export function countNumbers(value: unknown): number {
  if (typeof value === 'number') return 1;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, one) => sum + countNumbers(one), 0);
}

/** The rows of the report's table of facts that a recomputed part gives, worded and rounded as Node does it. */
export function rowsFrom({ cells, source }: LiveData, path: string, value: unknown): FactRow[] {
  const [list, index = '', part] = keysOf(path);
  const at = `.${list}[${index}]`;
  const name = cells[Number(index)] ?? '';
  const { steps } = source.settings;
  if (list === 'reach') return [reachRow(value as ReachFacts, steps - 1, at)]; // what this path holds
  if (part === 'gradients') return gradientRows({ name, gradients: value as Check[] }, at); // what this path holds
  if (part === 'belt') return beltRows({ name, belt: value as BeltFacts | null }, at); // what this path holds
  return [];
}
