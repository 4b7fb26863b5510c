import type { TrainedFacts } from '../facts.ts';
import type { WeightsListener } from '../weights/run.ts';
import { noticesOf } from '../weights/sections.ts';
import { renderBelt } from './belt.ts';
import { renderGradients } from './gradients.ts';
import { renderHeader } from './header.ts';
import { short } from './numbers.ts';
import { print } from './print.ts';
import { renderReach } from './reach.ts';
import { mark, pad, padStart, type Style } from './style.ts';

/** Prints each section of a trained model's check as soon as it is known. */
export function weightsTerminal(style: Style): WeightsListener {
  const show = (lines: readonly string[]): void => print(`${lines.join('\n')}\n`);
  return {
    settings(settings, cells, model, inputs) {
      const about = [
        `weights   ${model.path} · ${model.what}`,
        `input     ${inputs.what}`,
        ...noticesOf(model, inputs).map((one) => `note      ${one}`),
      ];
      show([...renderHeader(settings, cells, style), '', ...about]);
    },
    gradients: (cells) => show(renderGradients(cells, false, style)),
    belt: (cells, steps) => show(renderBelt(cells, steps, style)),
    reach: (rows, steps) => show(renderReach(rows, steps, style, '3 How far does the gradient reach?')),
    trained: (facts, steps) => show(renderTrained(facts, steps, style)),
  };
}

/** Section 4 of a trained model. */
export function renderTrained(
  { bits, uniformBits, unigramBits, parts }: TrainedFacts,
  steps: number,
  style: Style,
): string[] {
  const lines = [style.bold(pad('4 What did it learn?', 50)) + style.dim('on the input, from empty states')];
  if (bits !== null && uniformBits !== null && unigramBits !== null) {
    const guesses = `uniform ${uniformBits.toFixed(3)} · unigram ${unigramBits.toFixed(3)}`;
    lines.push(
      `  ${bits.toFixed(3)} bits per character   ${style.dim(guesses)}   ${mark(bits < unigramBits, style)} ${bits < unigramBits ? 'better than guessing' : 'no better than guessing by frequency'}`,
    );
  } else lines.push(style.dim('  no loss: the file does not say what it predicts of this input'));
  const width = Math.max(12, ...parts.map(({ cell }) => cell.length));
  const far = Math.max(1, steps - 1);
  lines.push(style.dim(`  ${pad('', width)}${padStart('numbers', 10)}    ${pad(`reach at ${far}`, 22)}longest memory`));
  for (const { cell, parameters, reachFresh, reachTrained, longestMemory } of parts) {
    const reach = `${padStart(short(reachFresh), 7)} → ${short(reachTrained)}`;
    const memory = longestMemory === null ? '–' : `${short(longestMemory)} ${longestMemory === 1 ? 'step' : 'steps'}`;
    lines.push(`  ${pad(cell, width)}${padStart(String(parameters), 10)}    ${pad(reach, 22)}${memory}`);
  }
  return lines;
}
