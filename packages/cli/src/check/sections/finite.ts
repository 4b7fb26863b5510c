import { CheckError } from '../errors.ts';
import type { Sizes } from '../probe.ts';
import type { Subject } from '../subjects.ts';
import { runCell } from './belt-run.ts';

/** Throws, with the place, when a run of the cell meets a value that is not finite: nothing could be said of derivatives. */
export function requireFinite({ cell, hidden }: Subject, sizes: Sizes): void {
  const run = runCell(cell, { ...sizes, hidden });
  for (let t = 1; t <= run.steps; t++) {
    for (const name of [...run.tapNames, ...cell.stateNames, 'out']) {
      const values = run.line(name).at(t).toTypedArray();
      const at = values.findIndex((value) => !Number.isFinite(value));
      if (at < 0) continue;
      const width = values.length / sizes.batch;
      const value = `${name} is ${values[at]} at t = ${t}, unit ${at % width} (seed and sizes as given)`;
      throw new CheckError(
        `${cell.name}: ${value}. No derivative can be checked from there on: look at what step computes.`,
      );
    }
  }
}
