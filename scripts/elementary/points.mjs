// Evaluates the elementary functions at many points, for measure.py. Run as: npx tsx scripts/elementary/points.mjs FOLDER [COUNT]
// Writes FOLDER/<precision>-<name>.f64: x, result (pow: x, y, result), little-endian float64.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { float32, float64 } from '../../packages/tensor/src/elementary/index.ts';
import { samples } from '../../packages/tensor/src/elementary/testing/samples.ts';

const [folder, count = '1000000', only] = process.argv.slice(2);
if (folder === undefined) throw new Error('points: which folder?');

for (const [precision, functions] of Object.entries({ float64, float32 })) {
  for (const [name, f] of Object.entries(functions)) {
    if (only !== undefined && only !== name) continue;
    const points = samples(precision, name, Number(count));
    const width = name === 'pow' ? 2 : 1;
    const rows = points.length / width;
    const out = new Float64Array(rows * (width + 1));
    for (let i = 0; i < rows; i++) {
      const x = points[width * i];
      out[(width + 1) * i] = x;
      if (width === 2) out[3 * i + 1] = points[2 * i + 1];
      out[(width + 1) * i + width] = width === 2 ? f(x, points[2 * i + 1]) : f(x);
    }
    writeFileSync(join(folder, `${precision}-${name}.f64`), new Uint8Array(out.buffer));
  }
}
