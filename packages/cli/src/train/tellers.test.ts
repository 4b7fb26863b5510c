import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { barTeller, type Facts, lineTeller } from './tellers.ts';

const facts: Facts = {
  cell: 'lstm',
  text: 'a.txt',
  characters: 99,
  sha256: '0123456789abcdef',
  seed: 7,
  h: 4,
  batch: 2,
  t: 3,
  steps: 20,
  rate: 0.01,
  clip: 1,
  uniformBits: 4,
  unigramBits: 3.5,
};
const start = { type: 'start', vocabulary: 16, parameters: 123 } as const;

/** A terminal that remembers what is written to it. */
function terminal() {
  const written: string[] = [];
  const stream = new Writable({
    write(chunk, _, done) {
      written.push(String(chunk));
      done();
    },
  });
  return {
    stream: Object.assign(stream, { isTTY: true, columns: 120, cursorTo() {}, clearLine() {}, moveCursor() {} }),
    written,
  };
}

test('on a terminal a bar shows the steps, and lines what they came to', () => {
  const lines: string[] = [];
  const { stream, written } = terminal();
  const teller = barTeller(facts, (line) => lines.push(line), stream);
  teller.tell(start);
  teller.tell({ type: 'evaluate', step: 10, trainBits: 3, heldOutBits: 3.25 });
  for (let step = 1; step <= 20; step++) teller.tell({ type: 'step', step, bits: 2, gradientNorm: 1 });
  expect(lines.length).toBe(4);
  teller.tell({ type: 'done', step: 20, trainBits: 2, heldOutBits: 2.5 });
  expect(written.join('')).toMatch(/█*░+ 0\/20/);
  expect(lines.at(-1)).toBe('result    after 20 steps: 2.500 held out, 1.000 below the unigram entropy');
  teller.close();
});

test('lines say what was not measured, and what went wrong', () => {
  const lines: string[] = [];
  const teller = lineTeller(facts, (line) => lines.push(line));
  teller.tell({ type: 'aborted', step: 0, trainBits: null, heldOutBits: null });
  teller.tell({ type: 'aborted', step: 7, trainBits: 3.75, heldOutBits: null });
  teller.tell({
    type: 'diverged',
    step: 3,
    trainBits: 4,
    heldOutBits: Number.NaN,
    message: 'step 3: the loss is NaN.',
  });
  expect(lines).toEqual([
    'result    stopped after 0 of 20 steps: nothing measured',
    'result    stopped after 7 of 20 steps: 3.750 on its own text (too short to hold any out), 0.250 above the unigram entropy',
    'diverged  step 3: the loss is NaN. Try a smaller --rate.',
    'result    stopped after 3 of 20 steps: nothing measured',
  ]);
});
