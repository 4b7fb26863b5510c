import { transpose } from '@throughline/autograd';
import { type Tensor, zeros } from '@throughline/tensor';
import type { StateDict } from '../safetensors/read.ts';
import type { Dialect } from './dialect.ts';
import type { Recurrent } from './recurrent.ts';

/** What stands before and after recurrent layers. */
type Around = Pick<Recurrent, 'embedding' | 'linear' | 'unused'>;

/** What a framework calls the arrays of an embedding and of a linear layer, after the layer's own name. */
const names = {
  PyTorch: { embedding: 'weight', linear: 'weight', bias: 'bias', separator: '.' },
  Keras: { embedding: 'embeddings', linear: 'kernel', bias: 'bias', separator: '/' },
} as const;

/**
 * Looks for the one embedding that gives the first layer its inputs, and for the one linear layer that reads the last; of
 * several that fit, none is taken.
 */
export function around(dialect: Dialect, dict: StateDict, used: ReadonlySet<string>, I: number, width: number): Around {
  const rest = Object.entries(dict).filter(([name]) => !used.has(name));
  const tables = rest.flatMap(([name, W]) => (isEmbedding(dialect, dict, name, W, I, width) ? [{ name, W }] : []));
  const linears = rest.flatMap(([name, tensor]) => {
    const found = linearAt(dialect, dict, name, tensor, width);
    return found === null || tables.some((one) => one.name === name) ? [] : [found];
  });
  const embedding = tables.length === 1 ? (tables[0] ?? null) : null;
  const linear = linears.length === 1 ? (linears[0] ?? null) : null;
  const taken = new Set([...used, ...(embedding ? [embedding.name] : []), ...(linear?.names ?? [])]);
  return {
    embedding: embedding && { W: embedding.W },
    linear: linear && { W: linear.W, b: linear.b },
    unused: Object.keys(dict).filter((name) => !taken.has(name)),
  };
}

/** The layer's own name, if this is its array of the given name. */
function layerOf(name: string, last: string, separator: string): string | null {
  if (name === last) return '';
  return name.endsWith(separator + last) ? name.slice(0, -last.length) : null;
}

function isEmbedding({ name }: Dialect, dict: StateDict, key: string, W: Tensor, I: number, width: number): boolean {
  const { embedding, bias, separator } = names[name];
  const layer = layerOf(key, embedding, separator);
  if (layer === null || W.rank !== 2 || W.shape[1] !== I) return false;
  if (embedding !== names[name].linear) return true;
  // PyTorch calls both arrays weight: a linear layer has a bias beside it, or at least another width.
  return !Object.hasOwn(dict, layer + bias) && (I !== width || /emb|enc|wte/i.test(key));
}

function linearAt(
  { name, stacked }: Dialect,
  dict: StateDict,
  key: string,
  weight: Tensor,
  width: number,
): { readonly names: readonly string[]; readonly W: Tensor; readonly b: Tensor } | null {
  const { linear, bias, separator } = names[name];
  const layer = layerOf(key, linear, separator);
  if (layer === null || weight.rank !== 2 || weight.shape[stacked === 'rows' ? 1 : 0] !== width) return null;
  const W = stacked === 'rows' ? transpose(weight) : weight;
  const outputs = W.shape[1] as number; // two axes
  const beside = Object.hasOwn(dict, layer + bias) ? dict[layer + bias] : undefined;
  if (beside !== undefined && (beside.rank !== 1 || beside.shape[0] !== outputs)) return null;
  return { names: beside === undefined ? [key] : [key, layer + bias], W, b: beside ?? zeros([outputs], W.dtype) };
}
