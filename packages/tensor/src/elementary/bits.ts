/** The bits of numbers: the only place where the elementary functions look at memory. */
const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);
const single = new Float32Array(1);
const word = new Uint32Array(single.buffer);

double[0] = 1;
// Which half holds the exponent: 1 on little-endian machines.
const HIGH = halves[1] === 0x3ff00000 ? 1 : 0;

/** 2^n for an integer n in −1022…1023. */
export function pow2(n: number): number {
  halves[HIGH] = (n + 1023) << 20;
  halves[1 - HIGH] = 0;
  return double[0] as number; // length 1
}

/** e of |x| = s·2^e, 1 ≤ s < 2, for a normal x. */
export function exponent(x: number): number {
  double[0] = x;
  return (((halves[HIGH] as number) >>> 20) & 0x7ff) - 1023; // length 2
}

/** s of |x| = s·2^e; in [1, 2) for every x. */
export function significand(x: number): number {
  double[0] = x;
  halves[HIGH] = ((halves[HIGH] as number) & 0xfffff) | 0x3ff00000; // length 2
  return double[0] as number; // length 1
}

/** `pow2` of float32: n in −126…127. */
export function pow2Single(n: number): number {
  word[0] = (n + 127) << 23;
  return single[0] as number; // length 1
}

/** `exponent` of float32. */
export function exponentSingle(x: number): number {
  single[0] = x;
  return (((word[0] as number) >>> 23) & 0xff) - 127; // length 1
}

/** `significand` of float32. */
export function significandSingle(x: number): number {
  single[0] = x;
  word[0] = ((word[0] as number) & 0x7fffff) | 0x3f800000; // length 1
  return single[0] as number; // length 1
}
