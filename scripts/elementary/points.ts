// Evaluates the elementary and the special functions at many points, for measure.py.
// Run as: npx tsx scripts/elementary/points.ts FOLDER [COUNT] [NAME,…]; NAME may be `elementary` or `special`.
// Writes FOLDER/<precision>-<name>.f64: x, result (of two operands: x, y, result), as little-endian float64.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { float32, float64 } from '../../packages/tensor/src/elementary/index.ts';
import { type Precision, samples } from '../../packages/tensor/src/elementary/testing/samples.ts';
import * as functions from '../../packages/tensor/src/special/functions.ts';
import { arityOf, samples as specialSamples } from '../../packages/tensor/src/special/testing/samples.ts';

const [folder, count = '1100000', only] = process.argv.slice(2);
if (folder === undefined) throw new Error('points: which folder?');
const wanted = (group: string, name: string): boolean =>
  only === undefined || [group, name].some((one) => only.split(',').includes(one));

type Scalar = (...xs: number[]) => number;

function write(precision: Precision, name: string, f: Scalar, points: Float64Array, width: number): void {
  const rows = new Float64Array((points.length / width) * (width + 1));
  for (let i = 0, at = 0; i < points.length; i += width, at += width + 1) {
    const xs = points.subarray(i, i + width);
    rows.set(xs, at);
    rows[at + width] = f(...xs);
  }
  writeFileSync(join(folder as string, `${precision}-${name}.f64`), new Uint8Array(rows.buffer)); // checked above
}

for (const [precision, elementary] of [['float64', float64] as const, ['float32', float32] as const]) {
  for (const [name, f] of Object.entries(elementary) as [string, Scalar][]) {
    const width = name === 'pow' ? 2 : 1;
    if (wanted('elementary', name)) write(precision, name, f, samples(precision, name, Number(count)), width);
  }
  for (const { name, kernels } of Object.values(functions)) {
    const points = () => specialSamples(precision, name, Number(count));
    if (wanted('special', name)) write(precision, name, kernels[precision], points(), arityOf(name));
  }
}
