import type { Facts } from '../../check/facts.ts';
import { commandLine, type ReportContext } from '../context.ts';
import { type Html, html } from '../html.ts';
import { formula, mark } from '../parts.ts';
import { factGroups } from './facts.ts';

/** The answer first: what held, in words, then every fact with the command that gives it. */
export function verdictSection(facts: Facts, context: ReportContext, hash: string): Html {
  const { claims, sentences } = facts.verdict;
  const { settings: s } = facts;
  const refuted = claims.filter(({ holds }) => !holds).length;
  const headline =
    claims.length === 0
      ? 'Nothing was claimed'
      : refuted === 0
        ? `All ${claims.length === 1 ? '' : `${claims.length} `}claims hold`
        : `${refuted} of ${claims.length} claims refuted`;
  return html`<header>
<p class="kicker">throughline check <span>${facts.cells.map(({ name }) => name).join(', ')} · ${s.dtype} · H ${s.hidden} · T ${s.steps} · seed ${s.seed}</span></p>
<h1>${headline}</h1>
<p class="lead">${formula(sentences.join(' · '))}</p>
</header>
<section id="claims"><h2 class="small">Claims</h2>
<ul class="claims">${claims.map(({ claim, holds }) => html`<li>${mark(holds)} <span>${formula(claim)}</span></li>`)}</ul></section>
<section id="facts"><h2 class="small">Facts</h2>
<p class="how">Each figure is a field of what the command beside it prints; the path names the field.</p>
<div class="scroll"><table class="facts"><tbody>${factGroups(facts, context).map(
    ({
      question,
      command,
      rows,
    }) => html`<tr class="group"><th colspan="3" scope="rowgroup">${question}</th><td class="command"><code>${command}</code></td></tr>
${rows.map(
  (row) =>
    html`<tr><td class="mark">${row.holds === null ? '' : mark(row.holds)}</td><td>${row.what}</td><td class="number">${row.value}</td><td class="path"><code>${row.path}</code></td></tr>`,
)}`,
  )}</tbody></table></div>
<p class="hash">sha256 over all facts <code>${hash}</code> <span>same for ${commandLine(context)} on every machine</span></p>
</section>`;
}
