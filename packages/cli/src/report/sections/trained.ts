import type { Facts, TrainedFacts } from '../../check/facts.ts';
import { type Html, html } from '../html.ts';
import { number, table } from '../parts.ts';
import { gateFigure } from './gate-figure.ts';

/** Question 4 of a trained model: what it knows of the input it was run on, and what its gates do there. */
export async function trainedSection(
  facts: Facts,
  { file, what, input, notices, bits, uniformBits, unigramBits, parts }: TrainedFacts,
): Promise<Html> {
  const gated = parts.filter(({ gate }) => gate !== null && gate.length > 0);
  const heat = await Promise.all(gated.map((part) => gateFigure(facts, { ...part, label: '' })));
  const guesses =
    uniformBits !== null &&
    unigramBits !== null &&
    html` Guessing blindly costs ${number(uniformBits)}, guessing by frequency ${number(unigramBits)}.`;
  return html`<section id="learning"><p class="ordinal">4</p><h2>What did it learn?</h2>
<p><code>${file}</code>: ${what}. Run on ${input}, from empty states.${notices.map((text) => html` ${text}.`)}</p>
<p>${bits === null ? 'No loss: the file does not say what it predicts of this input.' : html`${number(bits)} bits per character.`}${guesses}</p>
${table(
  [
    ['text', ''],
    ['number', 'parameters'],
    ['number', 'reach afresh'],
    ['number', 'as trained'],
    ['number', 'longest memory'],
  ],
  parts.map((part) => [
    part.cell,
    part.parameters,
    number(part.reachFresh, 2),
    number(part.reachTrained, 2),
    part.longestMemory === null ? '–' : html`${number(part.longestMemory, 2)} steps`,
  ]),
)}
${
  heat.length > 0 &&
  html`<h3>The gate over one sequence</h3>
<p>Each row is a unit, the longest memory on top; bright is kept, dark is forgotten.</p><div class="row two">${heat}</div>`
}</section>`;
}
