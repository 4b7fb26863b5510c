/**
 * @file Threefry-2x32 with 20 rounds: a counter and a key, two words each → two words that look random.
 * Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 */

const PARITY = 0x1bd11bda;

const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

/** Writes the two words of block (c0, c1) under key (k0, k1) into `out`, which holds int32. */
export function threefry(k0: number, k1: number, c0: number, c1: number, out: Int32Array): void {
  const k2 = k0 ^ k1 ^ PARITY;
  let x = (c0 + k0) | 0;
  let y = (c1 + k1) | 0;
  for (let group = 1; group <= 5; group++) {
    const odd = group % 2 === 1;
    x = (x + y) | 0;
    y = rotate(y, odd ? 13 : 17) ^ x;
    x = (x + y) | 0;
    y = rotate(y, odd ? 15 : 29) ^ x;
    x = (x + y) | 0;
    y = rotate(y, odd ? 26 : 16) ^ x;
    x = (x + y) | 0;
    y = rotate(y, odd ? 6 : 24) ^ x;
    x = (x + keyWord(k0, k1, k2, group)) | 0;
    y = (y + keyWord(k0, k1, k2, group + 1) + group) | 0;
  }
  out[0] = x;
  out[1] = y;
}

function keyWord(k0: number, k1: number, k2: number, index: number): number {
  const which = index % 3;
  return which === 0 ? k0 : which === 1 ? k1 : k2;
}
