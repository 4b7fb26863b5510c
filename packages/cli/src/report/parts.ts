import { type Chart, formatNumber, notes, toSvg } from '@throughline/plot';
import { type Fragment, Html, html } from './html.ts';

/** A chart with its caption below; what the chart could not show is said there too. */
export async function figure(chart: Chart, caption: Fragment, heading: Fragment = ''): Promise<Html> {
  const svg = await toSvg(chart);
  const hidden = notes(chart);
  return html`<figure>${heading !== '' && html`<h4>${heading}</h4>`}${new Html(svg)}${
    (caption !== '' || hidden.length > 0) &&
    html`<figcaption>${caption}${hidden.length > 0 && html` <span class="hidden">${hidden.join(' ')}</span>`}</figcaption>`
  }</figure>`;
}

/** ✓ or ✗ with the word that says the same. */
export const mark = (holds: boolean): Html =>
  holds ? html`<span class="sign yes" title="holds">✓</span>` : html`<span class="sign no" title="refuted">✗</span>`;

/** A number with its power of ten as an exponent. */
export function number(value: number, significant = 3): Html {
  const [mantissa = '', exponent] = formatNumber(value, significant).split('e');
  if (exponent === undefined) return html`${mantissa}`;
  const factor = mantissa === '1' ? '' : mantissa === '−1' ? '−' : `${mantissa}·`;
  return html`${factor}10<sup>${exponent}</sup>`;
}

export const percent = (value: number): Html => html`${number(value * 100, 2)} %`;

/** Equations in the letters of the code, one to a line. */
export function equations(lines: readonly string[]): Html {
  return html`<div class="equations">${lines.map((line) => html`<div>${formula(line)}</div>`)}</div>`;
}

/** A formula typeset: `W_f` and `c_{t−1}` with subscripts, letters that stand alone slanted, apostrophes as primes. */
export function formula(text: string): Html {
  const { text: safe } = html`${text}`;
  // A letter alone or behind a δ; not the article: an `a` before a word.
  const letter =
    '(?<=(?<![\\p{L}\\p{N}])[δΔ]|(?<![\\p{L}\\p{N}\\p{M}&#_]))(?!a \\p{L}{2})(\\p{Script=Latin}\\p{M}*\\p{N}*)';
  return new Html(
    safe
      .replace(/(?<=\p{L}\p{M}*|\))(?:&#39;)+/gu, (primes) => '′'.repeat(primes.length / 5))
      .replace(
        new RegExp(`${letter}(?:_(\\{[^{}]*\\}|[\\p{Ll}\\p{Lu}\\p{N}]+)|(?![\\p{L}\\p{N}\\p{M}_]))`, 'gu'),
        (_, base: string, index: string | undefined) =>
          `<i>${base}</i>${index === undefined ? '' : `<sub>${index.replace(/[{}]/g, '')}</sub>`}`,
      )
      .replace(/(?<![\p{L}\p{N}])(\p{Ll}{2,})_([\p{L}\p{N}]+)/gu, '$1<sub>$2</sub>'),
  );
}

/** A column: how its cells are set, and its heading. */
export type Column = readonly [kind: 'mark' | 'text' | 'number', heading: Fragment];

export function table(columns: readonly Column[], rows: readonly (readonly Fragment[])[]): Html {
  const kind = (i: number) => columns[i]?.[0] ?? 'text';
  return html`<div class="scroll"><table><thead><tr>${columns.map(([align, heading]) => html`<th class="${align}">${heading}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell, i) => html`<td class="${kind(i)}">${cell}</td>`)}</tr>`)}</tbody></table></div>`;
}

/**
 * The decades that hold all values that a log axis can show, so that charts side by side share an axis. Values below
 * 1e-16, the rounding of a double, are not told apart.
 */
export function logDomain(values: readonly number[]): [number, number] {
  const floor = 1e-16;
  const shown = values.filter((value) => value >= floor && Number.isFinite(value));
  if (shown.length === 0) return [floor, 1];
  const low = Math.floor(Math.log10(shown.reduce((a, b) => Math.min(a, b))));
  const high = Math.ceil(Math.log10(shown.reduce((a, b) => Math.max(a, b))));
  const bottom = values.some((value) => value < floor) ? -16 : low;
  return [Number(`1e${bottom}`), Number(`1e${Math.max(high, bottom + 1)}`)];
}
