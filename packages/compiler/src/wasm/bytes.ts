/** A growing list of bytes, in the forms that the binary format of WebAssembly has. */
export class Bytes {
  #bytes = new Uint8Array(256);
  length = 0;

  #grow(length: number): void {
    const grown = new Uint8Array(2 * length);
    grown.set(this.#bytes);
    this.#bytes = grown;
  }

  u8(value: number): void {
    if (this.length === this.#bytes.length) this.#grow(this.length);
    this.#bytes[this.length++] = value;
  }

  /** LEB128 of an integer from 0 to 2³² − 1. */
  unsigned(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.u8((rest & 0x7f) | 0x80);
      rest = Math.floor(rest / 128);
    }
    this.u8(rest);
  }

  /** Signed LEB128 of an int32. */
  signed(value: number): void {
    let rest = value | 0;
    while (rest < -64 || rest > 63) {
      this.u8((rest & 0x7f) | 0x80);
      rest >>= 7;
    }
    this.u8(rest & 0x7f);
  }

  append(bytes: Uint8Array): void {
    const end = this.length + bytes.length;
    if (end > this.#bytes.length) this.#grow(end);
    this.#bytes.set(bytes, this.length);
    this.length = end;
  }

  /** Numbers as they lie in memory, which is that of WebAssembly: of the lowest byte first. */
  numbers({ buffer }: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer>): void {
    this.append(new Uint8Array(buffer));
  }

  /** Bytes with their length before them. */
  vector(bytes: Uint8Array): void {
    this.unsigned(bytes.length);
    this.append(bytes);
  }

  name(text: string): void {
    this.vector(new TextEncoder().encode(text));
  }

  take(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.length);
  }
}
