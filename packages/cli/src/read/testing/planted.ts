import { key, splitKey, uniform } from '@throughline/autograd';
import { type Tensor, tensor, zeros } from '@throughline/tensor';
import { type NextCharacter, nextCharacter } from '@throughline/train';
import type { ReadableParams } from '../gates.ts';

const letters = 'abcde';

/** A program of letters with line comments of the same letters, so that only memory tells them apart. */
export function commented(seed: number, lines: number): string[] {
  const [forLetters, forLengths] = splitKey(key(seed), 2) as [Tensor, Tensor]; // two asked for
  const draws = [...uniform(forLetters, [lines * 80]).data].map(Number);
  const lengths = [...uniform(forLengths, [lines, 2]).data].map(Number);
  let at = 0;
  const word = (length: number): string =>
    Array.from({ length }, () => letters[Math.floor((draws[at++] ?? 0) * letters.length)] ?? 'a').join('');
  return Array.from({ length: lines }, (_, line) => {
    const [before = 0, within = 0] = [lengths[2 * line], lengths[2 * line + 1]];
    return `${word(5 + Math.floor(before * 30))}//${word(5 + Math.floor(within * 30))}\n`;
  }).flatMap((text) => [...text]);
}

/** The characters of such programs as a task. */
export const plantedTask: NextCharacter = nextCharacter(`${letters}/\n`, { T: 1, batch: 1 });

/**
 * An LSTM whose unit 1, of four, was made by hand: a slash fills its cell, a full cell keeps its own forget gate open, and the
 * end of the line shuts it. The other units do what chance gave them.
 */
export function plantedModel(seed: number): ReadableParams {
  const V = plantedTask.vocabulary.length;
  const H = 4;
  const eye = Array.from({ length: V }, (_, i) => Array.from({ length: V }, (_, k) => (i === k ? 1 : 0)));
  const keys = splitKey(key(seed), 4);
  /** Random weights, but for unit 1: its bias, its own state's weight, and those of some characters. */
  const gate = (from: Tensor | undefined, bias: number, own: number, of: Readonly<Record<string, number>>) => {
    const [forW, forU] = splitKey(from as Tensor, 2) as [Tensor, Tensor]; // four asked for; two asked for
    const W = uniform(forW, [V, H], { low: -1, high: 1 }).toArray() as number[][]; // two axes
    const U = uniform(forU, [H, H], { low: -1, high: 1 }).toArray() as number[][]; // two axes
    W.forEach((row, id) => {
      row[1] = of[plantedTask.vocabulary[id] ?? ''] ?? 0;
    });
    U.forEach((row, unit) => {
      // Unit 1 hears itself alone, and no other hears it.
      if (unit === 1) row.fill(0);
      row[1] = unit === 1 ? own : 0;
    });
    return { W: tensor(W), U: tensor(U), b: tensor([0, bias, 0, 0]) };
  };
  return {
    embedding: { W: tensor(eye) },
    cell: {
      f: gate(keys[0] as Tensor | undefined, -4, 14, { '\n': -30 }),
      i: gate(keys[1] as Tensor | undefined, -8, 0, { '/': 16 }),
      o: gate(keys[2] as Tensor | undefined, 8, 0, {}),
      g: gate(keys[3] as Tensor | undefined, 4, 0, {}),
    },
    linear: { W: zeros([H, V]), b: zeros([V]) },
  };
}
