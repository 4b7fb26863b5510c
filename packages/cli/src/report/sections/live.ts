import { createHash } from 'node:crypto';
import type { Facts } from '../../check/facts.ts';
import { type Fragment, Html, html } from '../html.ts';
import type { LiveCode } from '../live/code.ts';
import { liveData } from '../live/data.ts';
import type { LiveSource } from '../live/source.ts';
import { formula } from '../parts.ts';

/** A report whose page computes: from what, and with which code. */
export interface Live {
  readonly source: LiveSource;
  readonly code: LiveCode;
}

/** What the file may do: nothing at all but its own style, and of scripts the one with this hash and its worker. */
export function policy(live: Live | null): Html {
  const scripts =
    live && ` script-src 'sha256-${createHash('sha256').update(live.code.page).digest('base64')}'; worker-src blob:;`;
  const rules = `default-src 'none'; style-src 'unsafe-inline';${scripts ?? ''} base-uri 'none'; form-action 'none'`;
  return html`<meta http-equiv="Content-Security-Policy" content="${rules}">`;
}

/** Where the page says what it computed again. */
export const bar = (live: Live | null): Fragment =>
  live &&
  html`<p id="here" class="recomputed" role="status"><noscript>Scripts are off: every number below was computed by Node.</noscript></p>`;

/** The sliders. Hidden until the page's script has found that it can run. */
export function liveSection({ settings }: Facts, live: Live | null): Fragment {
  if (live === null) return null;
  const last = settings.steps - 1;
  return html`<section id="live" hidden><h2>Turn it yourself</h2>
<p>This file holds the library itself. A slider starts the cell anew from the report’s seed, with one number changed, and the page computes what Node would: the same code, the same bits. Nothing leaves this file. Dashed: the report’s own settings.</p>
<div class="row two">
${knob({
  name: 'forget',
  label: html`LSTM: bias of the forget gate, ${formula('b_f')}`,
  range: { min: -3, max: 6, step: 0.25, value: 1 },
  numbers: [
    ['off', 'one step off by, nothing held'],
    ['belt', html`belt alone, ‖∏ diag <i>f</i>‖₂ over ${settings.steps} steps`],
    ['total', html`total, ‖∂<i>c</i><sub>T</sub>/∂<i>c</i><sub>0</sub>‖₂`],
    ['reach', `reach at ${last}`],
    ['rate', 'rate per step'],
  ],
  caption: html`A higher bias brings each step closer to its gate. What a step adds beside the belt compounds all the same: over ${settings.steps} steps the total leaves the belt behind.`,
})}
${knob({
  name: 'radius',
  label: html`RNN: spectral radius ρ(<i>U</i>)`,
  range: { min: 0.1, max: 2, step: 0.05, value: 1 },
  numbers: [
    ['spectral', html`ρ(<i>U</i>), measured`],
    ['singular', html`σ<sub>max</sub>(<i>U</i>)`],
    ['slope', 'mean tanh′'],
    ['reach', `reach at ${last}`],
    ['rate', 'rate per step'],
  ],
  caption: html`A linear net changes by ρ a step. This one saturates where ρ passes 1: tanh′ falls, and with it how far the gradient reaches.`,
})}
</div><p class="failed no" role="alert"></p></section>`;
}

interface KnobText {
  readonly name: string;
  readonly label: Fragment;
  readonly range: { readonly min: number; readonly max: number; readonly step: number; readonly value: number };
  readonly numbers: readonly (readonly [name: string, what: Fragment])[];
  readonly caption: Fragment;
}

const knob = ({ name, label, range: { min, max, step, value }, numbers, caption }: KnobText): Html =>
  html`<article class="knob" data-knob="${name}"><div class="turn"><label for="knob-${name}">${label}</label> <output for="knob-${name}">${value}</output></div>
<input type="range" id="knob-${name}" min="${min}" max="${max}" step="${step}" value="${value}" aria-describedby="about-${name}">
<div class="ends" aria-hidden="true"><span>${String(min).replace('-', '−')}</span><span>${max}</span></div>
<table><tbody>${numbers.map(([key, what]) => html`<tr><th scope="row">${what}</th><td class="number"><data data-name="${key}" value="">…</data></td></tr>`)}</tbody></table>
<figure><div class="curve"></div></figure>
<figure><div class="scroll live-belt"></div><figcaption id="about-${name}">${caption}</figcaption></figure></article>`;

/** Data, core and script, at the end of the page. */
export function liveScripts(facts: Facts, live: Live | null): Fragment {
  if (live === null) return null;
  const data = JSON.stringify(liveData(facts, live.source)).replaceAll('<', '\\u003c');
  return html`<script type="application/json" id="live-data">${new Html(data)}</script>
<script type="text/plain" id="live-core">${new Html(closed(live.code.worker))}</script>
<script>${new Html(closed(live.code.page))}</script>`;
}

/** The text of a script, which must not end the element it stands in. */
function closed(code: string): string {
  if (/<\/script|<!--/i.test(code)) throw new Error('report: a script holds the end of a script.');
  return code;
}
