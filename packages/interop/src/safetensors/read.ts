import type { Tensor } from '@throughline/tensor';
import { checkBytes } from '../bytes/check-bytes.ts';
import { readElements } from '../bytes/elements.ts';
import { bytesOf } from '../bytes/extents.ts';
import { FileFormatError, quoted } from '../bytes/format-error.ts';
import { type Entry, type Header, readHeader } from './header.ts';

/** Tensors by name, as a flat record: what PyTorch calls a state dict. */
export interface StateDict {
  readonly [name: string]: Tensor;
}

/** What a .safetensors file holds. */
export interface Safetensors {
  /** By name, in the order of the header. */
  readonly tensors: StateDict;
  /** The texts under `__metadata__`. */
  readonly metadata: { readonly [name: string]: string };
}

const op = 'readSafetensors';

/**
 * Reads a .safetensors file, strictly: every length is checked against the file before memory is asked for, and the data
 * must be covered by the tensors without holes or overlaps.
 *
 * Dtypes: F64 → float64; F32, and F16 and BF16 exactly, → float32; integers → int32, refused where a value lies beyond; BOOL → bool.
 * Source: the format as published with Hugging Face's safetensors, 0.4.
 * @throws FileFormatError with the byte at which the file is not what it should be.
 * @example readSafetensors(writeSafetensors({ w: tensor([1, 2]) })).tensors.w   // f64[2] [1, 2]
 */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  checkBytes(op, bytes);
  const header = readHeader(op, bytes);
  for (const entry of header.entries) checkLength(entry);
  checkCover(header, bytes.length);
  const tensors = header.entries.map(({ name, element, shape, begin }) => {
    const source = { op, bytes, at: header.data + begin, little: true, label: `tensor ${quoted(name)}, ` };
    return [name, readElements(source, element, shape)] as const;
  });
  // Own properties, whatever the names: not even __proto__ does harm.
  return { tensors: Object.fromEntries(tensors), metadata: header.metadata };
}

function checkLength({ name, element, dtype, shape, begin, end, at }: Entry): void {
  const takes = bytesOf(shape, element.bytes);
  if (begin <= end && end - begin === takes) return;
  const range = `data_offsets [${begin},${end}]`;
  const needs = Number.isFinite(takes) ? `${takes} bytes` : 'more bytes than can be counted';
  throw new FileFormatError(
    op,
    at,
    `tensor ${quoted(name)}: ${dtype} [${shape.join(',')}] takes ${needs}, its ${range} ${begin > end ? 'end before they begin' : `have ${end - begin}`}.`,
  );
}

/** One tensor's end is the next one's beginning, from the first byte of the data to the last. */
function checkCover({ entries, data }: Header, length: number): void {
  const sorted = [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end);
  let next = 0;
  for (const { name, begin, end, at } of sorted) {
    const what = `tensor ${quoted(name)}`;
    if (begin < next)
      throw new FileFormatError(
        op,
        at,
        `${what}: begins at ${begin} of the data, inside the tensor before it, which ends at ${next}.`,
      );
    if (begin > next)
      throw new FileFormatError(
        op,
        at,
        `${what}: begins at ${begin} of the data; bytes ${next} to ${begin} belong to no tensor.`,
      );
    if (end > length - data)
      throw new FileFormatError(
        op,
        at,
        `${what}: ends at ${end} of the data, which have ${length - data} bytes. The file is cut off.`,
      );
    next = end;
  }
  const left = length - data - next;
  if (left > 0) {
    const what = left === 1 ? 'a byte belongs' : `${left} bytes belong`;
    throw new FileFormatError(op, data + next, `${what} to no tensor.`);
  }
}
