import type { Benchmark, Result } from './benchmark.ts';
import type { Machine } from './machine.ts';

/** The heading of one benchmark: its question, and what the numbers mean. */
export const heading = ({ name, question, caveats }: Benchmark): string => `\n${name}  ${question}\n  ${caveats}\n`;

/** One line per result, for people. */
export function row({ what, who, unit, median, best, repetitions }: Result): string {
  const numbers = `${digits(median).padStart(9)}  best ${digits(best).padStart(8)}  ${unit.padEnd(10)}`;
  return `  ${what.padEnd(32)} ${who.padEnd(44)} ${numbers}  ×${repetitions}`;
}

/** Where it was measured. */
export function machineLine({ cpu, cores, memory, node, load }: Machine): string {
  const busy = load > cores ? `  load ${load}: BUSY, trust best more than medians` : `  load ${load}`;
  return `${cpu}, ${cores} cores, ${memory}, Node ${node}${busy}`;
}

/** Three significant digits. */
function digits(x: number): string {
  return x >= 100 ? x.toFixed(0) : x.toPrecision(3);
}
