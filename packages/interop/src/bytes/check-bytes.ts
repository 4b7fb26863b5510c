import { ArgumentError } from '@throughline/tensor';

/** What was given instead, for a message: `a string`, `an array`, `null`. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** Throws unless it is the bytes of a file. */
export function checkBytes(op: string, bytes: unknown): void {
  if (bytes instanceof Uint8Array) return;
  const what = bytes instanceof ArrayBuffer ? 'an ArrayBuffer' : kindOf(bytes);
  const remedy =
    bytes instanceof ArrayBuffer ? 'Use new Uint8Array(buffer).' : 'In Node, readFileSync(path) gives them.';
  throw new ArgumentError(op, `takes a Uint8Array of the file's bytes, got ${what}. ${remedy}`);
}
