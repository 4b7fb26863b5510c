import type { Storage } from '../dtype.ts';

const LANES = 16;
const BLOCK = 4096;

// Accumulators of the operand's own type, so that every store rounds (float32) or wraps (int32). One set suffices:
// a kernel runs to its end before another starts.
const lanes64 = new Float64Array(LANES);
const lanes32 = new Float32Array(LANES);
const lanesInt = new Int32Array(LANES);

/** The sum of `count` neighbours, in the order that `sum` defines. */
export function sumRow(x: Storage, start: number, count: number): number {
  if (x instanceof Float64Array) return sumRow64(x, start, count);
  const lanes = x instanceof Float32Array ? lanes32 : lanesInt;
  const total = x instanceof Float32Array ? new Float32Array(1) : new Int32Array(1);
  for (let from = 0; from < count; from += BLOCK) {
    const stop = start + Math.min(count, from + BLOCK);
    lanes.fill(0);
    for (let i = start + from, lane = 0; i < stop; i++, lane = (lane + 1) % LANES) lanes[lane] += x[i];
    for (let half = LANES / 2; half >= 1; half /= 2) for (let j = 0; j < half; j++) lanes[j] += lanes[j + half];
    total[0] += lanes[0];
  }
  return total[0];
}

function sumRow64(x: Float64Array, start: number, count: number): number {
  let total = 0;
  for (let from = 0; from < count; from += BLOCK) {
    const stop = start + Math.min(count, from + BLOCK);
    lanes64.fill(0);
    let i = start + from;
    for (; i + LANES <= stop; i += LANES) for (let lane = 0; lane < LANES; lane++) lanes64[lane] += x[i + lane];
    for (let lane = 0; i < stop; i++, lane++) lanes64[lane] += x[i];
    total += combine64();
  }
  return total;
}

function combine64(): number {
  const s = lanes64;
  const a = s[0] + s[8] + (s[4] + s[12]) + (s[2] + s[10] + (s[6] + s[14]));
  const b = s[1] + s[9] + (s[5] + s[13]) + (s[3] + s[11] + (s[7] + s[15]));
  return a + b;
}

/**
 * The sums of `inner` columns of `count` rows into `out`, each in the order that `sum` defines. Rows are walked as they
 * lie in memory; lane l of column i is at l·inner + i. Lanes that no row reaches stay +0, and adding +0 changes nothing
 * (no accumulator is ever −0), so short sums skip them.
 */
export function sumColumns(x: Storage, start: number, count: number, inner: number, out: Storage, at: number): void {
  const used = Math.min(count, LANES);
  const lanes = zerosLike(x, used * inner);
  for (let from = 0; from < count; from += BLOCK) {
    const rows = Math.min(BLOCK, count - from);
    if (from > 0) lanes.fill(0);
    for (let r = 0; r < rows; r++) addRow(lanes, (r % LANES) * inner, x, start + (from + r) * inner, inner);
    for (let half = LANES / 2; half >= 1; half /= 2) {
      for (let j = 0; j < half && j + half < used; j++) addRow(lanes, j * inner, lanes, (j + half) * inner, inner);
    }
    addRow(out, at, lanes, 0, inner);
  }
}

function zerosLike(x: Storage, size: number): Storage {
  if (x instanceof Float64Array) return new Float64Array(size);
  return x instanceof Float32Array ? new Float32Array(size) : new Int32Array(size);
}

/** target[t + i] += source[s + i] for i < n. */
function addRow(target: Storage, t: number, source: Storage, s: number, n: number): void {
  if (target instanceof Float64Array) for (let i = 0; i < n; i++) target[t + i] += source[s + i];
  else for (let i = 0; i < n; i++) target[t + i] += source[s + i];
}
