/**
 * The bits of numbers. A value is written whole and read in part; the other way round a processor has to wait, which is why
 * powers of two come from a table.
 */
const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);
const single = new Float32Array(1);
const word = new Uint32Array(single.buffer);

double[0] = 1;
// Which half holds the exponent: 1 on little-endian machines.
const HIGH = halves[1] === 0x3ff00000 ? 1 : 0;

/** 2^n at n + 1022 for n in −1022…1023, made by doubling, which is exact; its length makes `& 2047` a valid index. */
const powers = new Float64Array(2048);
powers[1022] = 1;
for (let at = 1023; at <= 2045; at++) powers[at] = 2 * (powers[at - 1] as number); // in range
for (let at = 1021; at >= 0; at--) powers[at] = (powers[at + 1] as number) / 2; // in range

/** 2^n for an integer n in −1022…1023; some power of two or 0 for any other n. */
export function pow2(n: number): number {
  return powers[(n + 1022) & 2047] as number; // in range by the mask
}

/** e of |x| = s·2^e, 1 ≤ s < 2, for a normal x. */
export function exponent(x: number): number {
  double[0] = x;
  return (((halves[HIGH] as number) >>> 20) & 0x7ff) - 1023; // length 2
}

/** `pow2` of float32: n in −126…127. */
export function pow2Single(n: number): number {
  return powers[(n + 1022) & 2047] as number; // the same numbers
}

/** `exponent` of float32. */
export function exponentSingle(x: number): number {
  single[0] = x;
  return (((word[0] as number) >>> 23) & 0xff) - 127; // length 1
}
