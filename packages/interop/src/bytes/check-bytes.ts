import { ArgumentError } from '@throughline/tensor';

/** Throws unless it is the bytes of a file. */
export function checkBytes(op: string, bytes: unknown): void {
  if (bytes instanceof Uint8Array) return;
  const what = bytes === null ? 'null' : bytes instanceof ArrayBuffer ? 'an ArrayBuffer' : `a ${typeof bytes}`;
  const remedy =
    bytes instanceof ArrayBuffer ? 'Use new Uint8Array(buffer).' : 'In Node, readFileSync(path) gives them.';
  throw new ArgumentError(op, `takes a Uint8Array of the file's bytes, got ${what}. ${remedy}`);
}
