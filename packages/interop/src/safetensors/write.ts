import { flatten } from '@throughline/autograd';
import { ArgumentError } from '@throughline/tensor';
import { quoted } from '../bytes/format-error.ts';
import { bytesEach, writeElements } from '../bytes/write-elements.ts';
import { nameOf } from './dtypes.ts';

/** What goes into a .safetensors file besides tensors. */
export interface SafetensorsOptions {
  /** Texts under `__metadata__`. */
  readonly metadata?: { readonly [name: string]: string };
}

const op = 'writeSafetensors';

/**
 * Tensors as the bytes of a .safetensors file. A tree is written flat, names joined by dots: `f.W`, `layers.0.f.W`.
 *
 * The same tensors give the same bytes: those of wide dtypes come first, then by name, so that each begins at a multiple of
 * its element's size. Dtypes: float64 → F64, float32 → F32, int32 → I32, bool → BOOL.
 * @throws ArgumentError when two tensors would have one name; TreeError for what is no tensor.
 * @example Object.keys(readSafetensors(writeSafetensors({ f: { W: tensor([1]), b: tensor(2) } })).tensors).join()   // f.W,f.b
 */
export function writeSafetensors(tree: unknown, { metadata = {} }: SafetensorsOptions = {}): Uint8Array {
  const { leaves, paths } = flatten(op, tree);
  const named = leaves.map((leaf, i) => ({ name: nameFor(paths[i] as string), leaf })); // one path for each leaf
  checkNames(named.map(({ name }) => name));
  named.sort((a, b) => bytesEach(b.leaf) - bytesEach(a.leaf) || (a.name < b.name ? -1 : 1));

  let end = 0;
  const entries = named.map(({ name, leaf }): [string, unknown] => {
    const begin = end;
    end += leaf.size * bytesEach(leaf);
    return [name, { dtype: nameOf[leaf.dtype], shape: leaf.shape, data_offsets: [begin, end] }];
  });
  const texts = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
  checkTexts(texts);
  const about: [string, unknown][] = texts.length === 0 ? [] : [['__metadata__', Object.fromEntries(texts)]];
  const header = encode(Object.fromEntries([...about, ...entries]));
  const bytes = new Uint8Array(8 + header.length + end);
  new DataView(bytes.buffer).setUint32(0, header.length, true); // of eight bytes; longer headers do not fit a string
  bytes.set(header, 8);
  let at = 8 + header.length;
  for (const { leaf } of named) {
    writeElements(bytes, at, leaf);
    at += leaf.size * bytesEach(leaf);
  }
  return bytes;
}

/** `layers[0].f.W` as `layers.0.f.W`. */
const nameFor = (path: string): string => path.replace(/\[(\d+)\]/g, '.$1').replace(/^\./, '');

/** Filled up with spaces, so that data begin at a multiple of eight. */
function encode(header: object): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const padded = new Uint8Array(Math.ceil(text.length / 8) * 8).fill(0x20);
  padded.set(text);
  return padded;
}

function checkNames(names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    const wrong =
      name === ''
        ? 'a tensor alone has no name. Write { name: tensor }'
        : name === '__metadata__'
          ? '__metadata__ is the place of texts. Name the tensor otherwise, or use the option metadata'
          : seen.has(name)
            ? `two tensors would be called ${quoted(name)}. Rename one`
            : loneSurrogate.test(name)
              ? `${quoted(name)} has half of a surrogate pair`
              : null;
    if (wrong !== null) throw new ArgumentError(op, `${wrong}.`);
    seen.add(name);
  }
}

const loneSurrogate = /[\uD800-\uDFFF]/u;

function checkTexts(texts: readonly (readonly [string, unknown])[]): void {
  for (const [name, text] of texts) {
    if (typeof text !== 'string') {
      throw new ArgumentError(op, `metadata ${quoted(name)} is a ${typeof text}, not a text. Use JSON.stringify.`);
    }
    if (loneSurrogate.test(name + text))
      throw new ArgumentError(op, `metadata ${quoted(name)} has half of a surrogate pair.`);
  }
}
