/**
 * SHA-256 of a text as UTF-8, in hexadecimal. Pages opened from a file are not given the browser's own in every browser.
 * Source: NIST, FIPS 180-4, "Secure hash standard", 2015.
 * @example sha256('abc').slice(0, 8)   // ba7816bf
 */
export function sha256(text: string): string {
  const message = padded(new TextEncoder().encode(text));
  const words = new DataView(message.buffer);
  const hash = new Int32Array(initial);
  const w = new Int32Array(64);
  for (let block = 0; block < message.length; block += 64) {
    for (let i = 0; i < 16; i++) w[i] = words.getInt32(block + 4 * i);
    for (let i = 16; i < 64; i++) {
      const [a, b] = [w[i - 15] ?? 0, w[i - 2] ?? 0];
      const first = turn(a, 7) ^ turn(a, 18) ^ (a >>> 3);
      const second = turn(b, 17) ^ turn(b, 19) ^ (b >>> 10);
      w[i] = (w[i - 16] ?? 0) + first + (w[i - 7] ?? 0) + second;
    }
    mix(hash, w);
  }
  return [...hash].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

const turn = (x: number, by: number): number => (x >>> by) | (x << (32 - by));

/** A 1 bit, zeros, and the length in bits, to whole blocks. */
function padded(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  all.set(bytes);
  all[bytes.length] = 0x80;
  new DataView(all.buffer).setBigUint64(all.length - 8, BigInt(bytes.length) * 8n);
  return all;
}

function mix(hash: Int32Array, w: Int32Array): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = hash;
  for (let i = 0; i < 64; i++) {
    const choice = (e & f) ^ (~e & g);
    const most = (a & b) ^ (a & c) ^ (b & c);
    const first = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + choice + (constants[i] ?? 0) + (w[i] ?? 0)) | 0;
    const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + most) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => {
    hash[i] = (hash[i] ?? 0) + word;
  });
}

/** The first 32 bits of the fractional part of a root of a prime: exact, by whole numbers. */
function fraction(prime: number, power: 2 | 3): number {
  const scaled = BigInt(prime) << BigInt(32 * power);
  let [low, high] = [0n, 1n << 40n];
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle ** BigInt(power) <= scaled) low = middle;
    else high = middle;
  }
  return Number(BigInt.asIntN(32, low));
}

const primes = Array.from({ length: 310 }, (_, n) => n + 2).filter((n) => {
  for (let k = 2; k * k <= n; k++) if (n % k === 0) return false;
  return true;
});
const initial = primes.slice(0, 8).map((prime) => fraction(prime, 2));
const constants = primes.slice(0, 64).map((prime) => fraction(prime, 3));
