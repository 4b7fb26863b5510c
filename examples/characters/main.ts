// A character model in one screen: ids → vectors → GRU → logits. The claim: it comes to know more of a text than how often
// each character occurs, which is what the unigram entropy measures; and the same seed writes the same text.
import { pathToFileURL } from 'node:url';
import {
  adam,
  type CharacterBatch,
  crossEntropy,
  embedding,
  finish,
  gru,
  key,
  layer,
  linear,
  nextCharacter,
  sampleText,
  sequence,
  train,
} from 'throughline';

const verse =
  'She sells sea shells by the sea shore. The shells she sells are sea shells for sure. ' +
  'If she sells sea shells on the sea shore, then she sells sea shore shells, for sure. ';

export interface Written {
  /** Bits per character: of the last steps of training, and of guessing by frequency. */
  readonly bits: number;
  readonly unigram: number;
  readonly text: string;
}

export async function run({ text = verse, steps = 150, H = 24, seed = 1 } = {}): Promise<Written> {
  const task = nextCharacter(text, { T: 24, batch: 8 });
  const V = task.vocabulary.length;
  const model = sequence(embedding({ V, E: 8 }), layer(gru, { I: 8, H }), linear({ I: H, O: V }));
  const { params, history } = await finish(
    train({
      params: model.init(key(seed)),
      loss: (p, { inputs, targets }: CharacterBatch) => crossEntropy(model.apply(p, inputs).out, targets),
      batches: (_, from) => task.batch(from),
      optimizer: adam({ rate: 0.02 }),
      steps,
      key: key(seed + 1),
      clip: 1,
    }),
  );
  const last = history.loss.slice(-10);
  const bits = last.reduce((sum, nats) => sum + nats, 0) / last.length / Math.LN2;
  const written = sampleText(model, params, task, { prompt: 'She ', length: 80, temperature: 0.5, key: key(seed + 2) });
  return { bits, unigram: unigramEntropy(text), text: written };
}

function unigramEntropy(text: string): number {
  const shares = [...new Set(text)].map((one) => (text.split(one).length - 1) / text.length);
  return -shares.reduce((sum, p) => sum + p * Math.log2(p), 0);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { bits, unigram, text } = await run();
  console.log(`${bits.toFixed(2)} bits per character; by frequency ${unigram.toFixed(2)}\n${text}`);
}
