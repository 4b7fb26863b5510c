import { gather, key, slice } from '@throughline/autograd';
import { type Cell, lstm, type ParamSpecs, type StateSpec, type Taps, unroll } from '@throughline/rnn';
import { type Tensor, tensor } from '@throughline/tensor';
import { crossEntropy } from '@throughline/train';
import { loadModel } from '../check/weights/load.ts';
import { toBits } from '../train/entropy.ts';
import { makeModel } from '../train/lesson.ts';
import type { Text } from '../train/text.ts';
import { UsageError } from '../usage.ts';
import { UserFileError } from '../user-file/errors.ts';
import type { ReadableParams } from './gates.ts';
import { type Learned, leastRead, type Parts, readable } from './learn.ts';

/**
 * A character LSTM from a file of weights, as `throughline train --save` writes it, and the last two tenths of a text for it
 * to read: what that command holds out is the last one.
 * @throws UserFileError when the file has no such model; UsageError when the text is too short.
 */
export async function fromWeights(path: string, text: Text): Promise<{ parts: Parts; learned: Learned }> {
  const { cell, layers, embedding, linear, vocabulary } = await loadModel({
    path,
    cell: null,
    prefix: undefined,
    nonlinearity: undefined,
  });
  const [layer] = layers;
  if (cell.name !== 'lstm' || layers.length !== 1 || layer === undefined || 'backward' in layer)
    throw new UserFileError(
      path,
      `has ${layers.length === 1 ? `the cell ${cell.name}` : `${layers.length} layers`}; read takes one LSTM, in one direction.`,
    );
  if (embedding === null || vocabulary === null)
    throw new UserFileError(
      path,
      `has no ${embedding === null ? 'embedding' : 'vocabulary'}, and is no model of characters. Train one with throughline train --save FILE.`,
    );
  const characters = [...text.content];
  const part = (from: number, to: number): string[] =>
    readable(characters.slice(Math.floor(from * characters.length), Math.floor(to * characters.length)), vocabulary);
  const [choosing, testing] = [part(0.8, 0.9), part(0.9, 1)];
  if (Math.min(choosing.length, testing.length) < leastRead) {
    throw new UsageError(
      `${text.name}: has too few characters that the model knows; ${leastRead} are needed in each of its last two tenths.`,
    );
  }
  const ids = new Map(vocabulary.map((one, id) => [one, id]));
  const encode = (some: readonly string[]): Tensor =>
    tensor(
      Int32Array.from(some, (one) => ids.get(one) ?? 0),
      { dtype: 'int32' },
    ); // readable: all are known
  const trained = { embedding, cell: layer.forward, linear } as unknown as ReadableParams; // its cell is an LSTM
  const hidden = trained.cell.f.b.size;
  const untrained = makeModel(lstm, vocabulary.length, hidden).init(key(1)) as unknown as ReadableParams; // names forgotten
  const n = testing.length;
  const bits = (): number => {
    if (linear === null) return Number.NaN;
    const all = encode(testing);
    const xs = gather(embedding.W, slice(all, [0], [n - 1]).reshape([n - 1, 1]));
    const known = cell as unknown as Cell<ParamSpecs, StateSpec, Taps>; // names forgotten
    const { out } = unroll(known, trained.cell, xs);
    return toBits(crossEntropy(out.matmul(linear.W).add(linear.b), slice(all, [1], [n]).reshape([n - 1, 1])).item());
  };
  return { parts: { encode, choosing, testing }, learned: { cell, trained, untrained, bits: bits() } };
}
