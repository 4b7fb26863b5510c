import { isDigit } from '../bytes/cursor.ts';

/** A stream of 32-bit numbers from a seed: xorshift, which is enough to choose bytes by. */
export function randomBits(seed: number): (below: number) => number {
  let state = (seed ^ 0x9e3779b9) | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Numbers that overflow, wrap or are none. */
const numbers = [
  '0',
  '1',
  '7',
  '640',
  '65536',
  '2147483647',
  '2147483648',
  '4294967297',
  '9007199254740991',
  '9007199254740992',
  '18446744073709551615',
  '-8',
  '1e9',
];

/** Texts that parsers have stumbled over. */
const hostile = [
  '9007199254740992',
  '9007199254740991',
  '18446744073709551615',
  '-1',
  '1e9',
  '0x10',
  '4294967296',
  '2147483648',
  '0',
  '[[[[[[[[[[[[[[[[',
  '{"a":',
  '"\\ud800"',
  '\\u0000',
  '__proto__',
  'constructor',
  'null',
  'NaN',
  'True',
  "'|O'",
  "'<c16'",
  "'<U4'",
  '(',
  '((((((((',
  ',,',
  '[0,0]',
  '[0,8]',
  '[8,0]',
  '"F64"',
  '"BF16"',
  '"I64"',
  '"BOOL"',
  "'>f8'",
  "'<i8'",
  'é',
];

/** The file, changed in one to three ways: bits, bytes, lengths, cuts, splices, texts. */
export function mutate(original: Uint8Array, other: Uint8Array, below: (n: number) => number): Uint8Array {
  let bytes: Uint8Array = original.slice();
  // Mostly once: a file that is wrong in one place gets furthest into the parser.
  for (let times = Math.max(1, below(6) - 2); times > 0; times--) bytes = once(bytes, other, below);
  return bytes;
}

function once(bytes: Uint8Array, other: Uint8Array, below: (n: number) => number): Uint8Array {
  const place = (): number => below(Math.max(1, bytes.length));
  // Headers decide: half of all changes go there.
  const early = (): number => (below(2) === 0 ? below(Math.max(1, Math.min(bytes.length, 200))) : place());
  switch (below(10)) {
    case 0: {
      const at = early();
      if (at < bytes.length) bytes[at] = (bytes[at] as number) ^ (1 << below(8));
      return bytes;
    }
    case 1: {
      const at = early();
      if (at < bytes.length) bytes[at] = below(256);
      return bytes;
    }
    case 2:
      return bytes.slice(0, place());
    case 3: {
      const from = early();
      return join(bytes.subarray(0, from), bytes.subarray(Math.min(bytes.length, from + below(64))));
    }
    case 4: {
      const cut = below(Math.max(1, other.length));
      return join(bytes.subarray(0, early()), other.subarray(cut, cut + below(200)), bytes.subarray(place()));
    }
    case 5: {
      const text = new TextEncoder().encode(hostile[below(hostile.length)]);
      const at = early();
      return join(bytes.subarray(0, at), text, bytes.subarray(Math.min(bytes.length, at + below(text.length + 1))));
    }
    case 6: {
      // The length of the header, at byte 0 or 8: huge, negative as a signed number, or off by a little.
      const [at, width] = below(2) === 0 ? [0, 8] : [8, 4];
      const wide = below(3);
      for (let i = 0; i < width && at + i < bytes.length; i++) {
        if (wide === 0) bytes[at + i] = 0xff;
        else if (wide === 1) bytes[at + i] = i === width - 1 ? 0x80 : 0;
      }
      if (wide === 2 && at < bytes.length) bytes[at] = (bytes[at] as number) + below(5) - 2;
      return bytes;
    }
    case 7: {
      const [from, to] = [early(), early()];
      const length = below(40);
      bytes.copyWithin(to, from, Math.min(bytes.length, from + length));
      return bytes;
    }
    case 8: {
      // A number in a header becomes another one.
      let from = early();
      while (from < bytes.length && !isDigit(bytes[from] as number)) from += 1;
      let to = from;
      while (to < bytes.length && isDigit(bytes[to] as number)) to += 1;
      const text = new TextEncoder().encode(numbers[below(numbers.length)]);
      return join(bytes.subarray(0, from), text, bytes.subarray(to));
    }
    default:
      return join(bytes, other.subarray(0, below(other.length + 1)));
  }
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
