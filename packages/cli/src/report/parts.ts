import { type Chart, formatNumber, notes, toSvg } from '@throughline/plot';
import { type Fragment, Html, html } from './html.ts';

/** A chart with its caption below; what the chart could not show is said there too. */
export async function figure(chart: Chart, caption: Fragment, heading = ''): Promise<Html> {
  const svg = await toSvg(chart);
  const hidden = notes(chart);
  return html`<figure>${heading !== '' && html`<h4>${heading}</h4>`}${new Html(svg)}${
    (caption !== '' || hidden.length > 0) &&
    html`<figcaption>${caption}${hidden.length > 0 && html` <span class="hidden">${hidden.join(' ')}</span>`}</figcaption>`
  }</figure>`;
}

/** ✓ or ✗ with the word that says the same. */
export const mark = (holds: boolean): Html =>
  holds ? html`<span class="mark yes" title="holds">✓</span>` : html`<span class="mark no" title="refuted">✗</span>`;

/** A number with its power of ten as an exponent. */
export function number(value: number, significant = 3): Html {
  const [mantissa = '', exponent] = formatNumber(value, significant).split('e');
  return exponent === undefined ? html`${mantissa}` : html`${mantissa}·10<sup>${exponent}</sup>`;
}

export const percent = (value: number): Html => html`${number(value * 100, 2)} %`;

/** Equations in the letters of the code: `W_f` and `c_{t−1}` become subscripts, names of one letter slanted. */
export function equations(lines: readonly string[]): Html {
  return html`<div class="equations">${lines.map((line) => html`<div>${formula(line)}</div>`)}</div>`;
}

export function formula(text: string): Html {
  const { text: safe } = html`${text}`;
  return new Html(
    safe.replace(/(?<![\p{L}\p{N}&#])(\p{L}\p{M}*)_(\{[^{}]*\}|[\p{L}\p{N}]+)/gu, (_, base: string, index: string) => {
      return `<i>${base}</i><sub>${index.replace(/[{}]/g, '')}</sub>`;
    }),
  );
}

/** A table with a header; cells under `left` columns are text, the others numbers. */
export function table(
  head: readonly Fragment[],
  rows: readonly (readonly Fragment[])[],
  text: readonly number[],
): Html {
  const align = (i: number) => (text.includes(i) ? 'text' : 'number');
  return html`<div class="scroll"><table><thead><tr>${head.map((cell, i) => html`<th class="${align(i)}">${cell}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell, i) => html`<td class="${align(i)}">${cell}</td>`)}</tr>`)}</tbody></table></div>`;
}
