import { cast, concat, gather, matmul } from '@throughline/autograd';
import type { LayerParams } from '@throughline/interop';
import { type AnyCell, type Dims, type ParamTree, unroll } from '@throughline/rnn';
import { isFloat, Tensor } from '@throughline/tensor';

/** A trained model out of a file, in float64. */
export interface TrainedModel {
  /** The file as the user named it. */
  readonly path: string;
  /** `PyTorch’s nn.LSTM, 2 layers`. */
  readonly what: string;
  /** The cell of every layer and direction, as it starts afresh. */
  readonly cell: AnyCell;
  readonly layers: readonly LayerParams[];
  /** Extents of the first layer, by letter. */
  readonly dims: Dims;
  readonly embedding: { readonly W: Tensor } | null;
  readonly linear: { readonly W: Tensor; readonly b: Tensor } | null;
  /** The characters in the order of their ids, if the file has them. */
  readonly vocabulary: readonly string[] | null;
  /** What was decided on the way. */
  readonly notices: readonly string[];
}

/** One layer in one direction: what the four questions are asked of. */
export interface Part {
  readonly name: string;
  /** The cell as it starts afresh. */
  readonly cell: AnyCell;
  readonly params: ParamTree;
  readonly layer: number;
  readonly reverse: boolean;
}

export const partsOf = ({ cell, layers }: TrainedModel): readonly Part[] =>
  layers.flatMap(({ forward, backward }, layer) => {
    const number = layers.length > 1 ? ` ${layer + 1}` : '';
    const part = (params: ParamTree, reverse: boolean): Part => {
      const direction = backward === undefined ? '' : reverse ? ' ←' : ' →';
      const name = `${cell.name}${number}${direction}`;
      return { name, cell, params, layer, reverse };
    };
    return backward === undefined ? [part(forward, false)] : [part(forward, false), part(backward, true)];
  });

/** The outputs of one layer, both directions side by side. */
export function runLayer({ cell, layers }: TrainedModel, at: number, xs: Tensor): Tensor {
  const { forward, backward } = layers[at] as LayerParams; // a layer of the model
  const out = unroll(cell, forward, xs).out;
  return backward === undefined ? out : concat([out, unroll(cell, backward, xs, { reverse: true }).out], 2);
}

/** From the outputs of one layer to the last one's. */
export function runAbove(model: TrainedModel, from: number, xs: Tensor): Tensor {
  let out = xs;
  for (let layer = from + 1; layer < model.layers.length; layer++) out = runLayer(model, layer, out);
  return out;
}

/** What the model answers to the last layer's output: logits. */
export const readOut = ({ W, b }: NonNullable<TrainedModel['linear']>, out: Tensor): Tensor => matmul(out, W).add(b);

/** Ids as the first layer's inputs. */
export const embed = ({ W }: NonNullable<TrainedModel['embedding']>, ids: Tensor): Tensor => gather(W, ids);

/** The same tree in float64, whatever floats the file has. */
export function inFloat64<T>(tree: T): T {
  if (tree instanceof Tensor) return (isFloat(tree.dtype) ? cast(tree, 'float64') : tree) as T; // a tensor again
  if (Array.isArray(tree)) return tree.map(inFloat64) as T; // the same nesting
  if (typeof tree !== 'object' || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).map(([name, node]) => [name, inFloat64(node)])) as T; // the same nesting
}
