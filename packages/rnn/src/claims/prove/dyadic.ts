/** n · 2^e, n odd or 0: what every finite double is. Sums and products of these are exact. */
export interface Dyadic {
  readonly n: bigint;
  readonly e: number;
}

export const one: Dyadic = { n: 1n, e: 0 };

/** The exact value of a finite double. */
export function dyadic(value: number): Dyadic {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const size = exponent === 0 ? fraction : fraction | 0x10000000000000n;
  return reduced(bits >> 63n === 1n ? -size : size, Math.max(exponent, 1) - 1075);
}

export function plus(a: Dyadic, b: Dyadic): Dyadic {
  const e = Math.min(a.e, b.e);
  return reduced((a.n << BigInt(a.e - e)) + (b.n << BigInt(b.e - e)), e);
}

export const times = (a: Dyadic, b: Dyadic): Dyadic => reduced(a.n * b.n, a.e + b.e);

function reduced(n: bigint, e: number): Dyadic {
  if (n === 0n) return { n, e: 0 };
  let [odd, exponent] = [n, e];
  while ((odd & 1n) === 0n) {
    odd >>= 1n;
    exponent++;
  }
  return { n: odd, e: exponent };
}
