import type { ClaimFacts, Facts } from '../../check/facts.ts';
import { type Html, html } from '../html.ts';
import { formula, mark, table } from '../parts.ts';

/** Question 5: the claims that the file exports, each proved, measured or refuted. Nothing without them. */
export function claimsSection({ claims = [] }: Facts): Html {
  if (claims.length === 0) return html``;
  return html`<section id="own-claims"><p class="ordinal">5</p><h2>Do the claims hold?</h2>
<p>Proved: it follows from the recorded step, for all parameters, inputs and states. Measured: it held wherever it was computed, by reverse mode and by differences, and changed claims did not. Refuted: it fails where it says.</p>
${table(
  [
    ['mark', ''],
    ['text', 'claim'],
    ['text', ''],
    ['text', 'because'],
  ],
  claims.map(row),
)}</section>`;
}

const row = ({ holds, claim, verdict, reason, covers, controls }: ClaimFacts) => {
  const tried = controls.map(({ change, refuted }) => `${change} ${refuted ? 'refuted' : 'not refuted'}`).join('; ');
  const rest = [covers, ...(tried === '' || verdict === 'refuted' ? [] : [`control: ${tried}`])].join(' · ');
  return [mark(holds), formula(claim), verdict, html`${reason}<br><span class="at">${rest}</span>`];
};
