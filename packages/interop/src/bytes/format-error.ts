/**
 * A file is not what it should be: `<reader>: byte <where>: <what is wrong>. <A remedy.>`
 *
 * @example new FileFormatError('readNpy', 6, 'version 9.0 is unknown.').message   // readNpy: byte 6: version 9.0 is unknown.
 */
export class FileFormatError extends Error {
  override readonly name = 'FileFormatError';
  /** The reader as the user called it. */
  readonly op: string;
  /** The byte of the file at which it shows. */
  readonly offset: number;
  constructor(op: string, offset: number, message: string) {
    super(`${op}: byte ${offset}: ${message}`);
    this.op = op;
    this.offset = offset;
  }
}

/** A name out of a file, as a message shows it: quoted, without control characters, not longer than a line. */
export function quoted(name: string): string {
  const most = 60;
  return JSON.stringify(name.length <= most ? name : `${name.slice(0, most)}…`);
}
