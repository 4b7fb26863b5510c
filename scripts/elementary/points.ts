// Evaluates the elementary functions at many points, for measure.py. Run as: npx tsx scripts/elementary/points.ts FOLDER [COUNT] [NAME]
// Writes FOLDER/<precision>-<name>.f64: x, result (pow: x, y, result), as little-endian float64.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { float32, float64 } from '../../packages/tensor/src/elementary/index.ts';
import { samples } from '../../packages/tensor/src/elementary/testing/samples.ts';

const [folder, count = '1100000', only] = process.argv.slice(2);
if (folder === undefined) throw new Error('points: which folder?');

for (const [precision, functions] of [['float64', float64] as const, ['float32', float32] as const]) {
  for (const [name, f] of Object.entries(functions) as [string, (...xs: number[]) => number][]) {
    if (only !== undefined && only !== name) continue;
    const points = samples(precision, name, Number(count));
    const width = name === 'pow' ? 2 : 1;
    const rows: number[] = [];
    for (let i = 0; i < points.length; i += width) {
      const xs = [...points.subarray(i, i + width)];
      rows.push(...xs, f(...xs));
    }
    writeFileSync(join(folder, `${precision}-${name}.f64`), new Uint8Array(Float64Array.from(rows).buffer));
  }
}
