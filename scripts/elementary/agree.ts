import { pathToFileURL } from 'node:url';
import { float32, float64, type Steps, steps } from '../../packages/tensor/src/elementary/index.ts';
import { numbers32, numbers64 } from '../../packages/tensor/src/elementary/numbers.ts';
import { type Precision, samples } from '../../packages/tensor/src/elementary/testing/samples.ts';

/** Points at which the printed kernel and the steps on numbers do not have the same bits. */
export function disagreements(precision: Precision, name: keyof Steps, count: number): string[] {
  const kernel = (precision === 'float64' ? float64 : float32)[name] as (...xs: number[]) => number; // pow takes two
  const stated = steps[precision][name] as (m: typeof numbers64, ...xs: number[]) => number; // pow takes two
  const m = precision === 'float64' ? numbers64 : numbers32;
  const points = samples(precision, name, count, 5);
  const width = name === 'pow' ? 2 : 1;
  const found: string[] = [];
  for (let i = 0; i < points.length; i += width) {
    const xs = points.subarray(i, i + width);
    const [a, b] = [kernel(...xs), stated(m, ...xs)];
    if (!Object.is(a, b)) found.push(`${precision} ${name}(${xs.join(', ')}): kernel ${a}, steps ${b}`);
  }
  return found;
}

// Run as: npx tsx scripts/elementary/agree.ts [COUNT]
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const count = Number(process.argv[2] ?? 1000000);
  for (const precision of ['float64', 'float32'] as const) {
    for (const name of Object.keys(float64) as (keyof Steps)[]) {
      const found = disagreements(precision, name, count);
      process.stdout.write(
        `${precision} ${name}: ${count} points, ${found.length} differ\n${found.slice(0, 5).join('\n')}`,
      );
      if (found.length > 0) process.exitCode = 1;
    }
  }
}
