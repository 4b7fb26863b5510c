import type { Facts } from '../check/facts.ts';

/** `lstm chrono`; a label that says no more than the cell's name is left out. */
export const nameOf = (cell: string, label: string): string =>
  label === '' || label === cell ? cell : `${cell} ${label}`;

/** One colour index per cell and variant, the same in every figure of a report. */
export function colorsOf(facts: Facts): (name: string) => number {
  const names = new Set<string>();
  for (const { cell, label } of facts.reach) names.add(nameOf(cell, label));
  for (const { cell, label } of facts.learning?.runs ?? []) names.add(nameOf(cell, label));
  for (const { name, belt } of facts.cells)
    for (const { label } of belt?.variants ?? []) names.add(nameOf(name, label));
  const order = [...names];
  return (name) => Math.max(0, order.indexOf(name));
}
