import { FileFormatError } from './format-error.ts';

/** Where a parser of a textual header stands: every read is checked against `end`, every failure names its byte. */
export class Cursor {
  readonly op: string;
  readonly bytes: Uint8Array;
  readonly end: number;
  at: number;

  constructor(op: string, bytes: Uint8Array, at: number, end: number) {
    this.op = op;
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  /** The byte here, or −1 at the end. */
  get byte(): number {
    return this.at < this.end ? (this.bytes[this.at] as number) : -1; // at < end ≤ length
  }

  fail(message: string, at = this.at): never {
    throw new FileFormatError(this.op, at, message);
  }

  /** Passes the given character, if it is the one here. */
  take(character: string): boolean {
    if (this.byte !== character.charCodeAt(0)) return false;
    this.at += 1;
    return true;
  }

  /** Passes the given character; `what` says what was being read. */
  expect(character: string, what: string): void {
    if (!this.take(character)) this.fail(`${what}: expected ${character}, found ${this.found()}.`);
  }

  skip(characters: string): void {
    while (this.at < this.end && characters.includes(String.fromCharCode(this.byte))) this.at += 1;
  }

  /** The character here as a message shows it. */
  found(): string {
    const { byte } = this;
    if (byte < 0) return 'the end of the header';
    return byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `byte 0x${byte.toString(16).padStart(2, '0')}`;
  }

  /** A whole number ≥ 0 in plain digits, up to 2^53 − 1. */
  integer(what: string): number {
    const from = this.at;
    let value = 0;
    while (isDigit(this.byte)) {
      value = value * 10 + (this.byte - 48);
      if (value > Number.MAX_SAFE_INTEGER) this.fail(`${what} is beyond 2^53 − 1.`, from);
      this.at += 1;
    }
    const digits = this.at - from;
    if (digits === 0 || '.eE'.includes(String.fromCharCode(this.byte))) {
      this.at = from;
      this.fail(`${what} is not a whole number ≥ 0: found ${this.found()}.`);
    }
    if (digits > 1 && this.bytes[from] === 48) this.fail(`${what} begins with a zero.`, from);
    return value;
  }

  /** Bytes as text; they must be UTF-8. */
  text(from: number, to: number): string {
    try {
      return utf8.decode(this.bytes.subarray(from, to));
    } catch {
      return this.fail('the header is not UTF-8 text.', from);
    }
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;
