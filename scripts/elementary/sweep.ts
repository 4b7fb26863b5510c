// Sweeps the bit patterns of float32, every STRIDE-th of all 2^32 (1: all), and compares each float32 function with the float64 one, whose
// own error is measured by measure.py and far below a float32 ulp. Run as: npx tsx scripts/elementary/sweep.ts [STRIDE]
import { float32, float64 } from '../../packages/tensor/src/elementary/index.ts';

const stride = Number(process.argv[2] ?? 257);
const word = new Uint32Array(1);
const single = new Float32Array(word.buffer);
const halves = new Uint32Array(2);
const double = new Float64Array(halves.buffer);

/** 2^(e − 23) for 2^e ≤ |y| < 2^(e+1), at least the smallest subnormal. */
function ulp(y: number): number {
  double[0] = y;
  const exponent = Math.max((((halves[1] as number) >>> 20) & 0x7ff) - 1023, -126); // length 2
  halves[0] = 0;
  halves[1] = (exponent - 23 + 1023) << 20;
  return double[0] as number; // length 1
}

/** Infinite results stand for 2^128; NaN must meet NaN. */
function error(y: number, exact: number): number {
  if (Number.isNaN(y) || Number.isNaN(exact))
    return Number.isNaN(y) && Number.isNaN(exact) ? 0 : Number.POSITIVE_INFINITY;
  const end = (v: number) => Math.min(Math.max(v, -(2 ** 128)), 2 ** 128);
  return Math.abs(end(y) - end(exact)) / ulp(Math.min(Math.abs(exact), 2 ** 127));
}

for (const name of Object.keys(float32) as (keyof typeof float32)[]) {
  if (name === 'pow') continue; // two arguments
  const [f, g] = [float32[name], float64[name]];
  let [worst, where, points] = [0, 0, 0];
  for (let bits = 0; bits < 0x100000000; bits += stride) {
    word[0] = bits;
    const x = single[0] as number; // length 1
    const e = error(f(x), g(x));
    points++;
    if (e > worst) [worst, where] = [e, x];
  }
  process.stdout.write(`float32 ${name}: ${points} points, ${worst.toFixed(4)} ulp at ${where}\n`);
}
