import { html } from '../html.ts';
import { countNumbers, readCanonical, rowsFrom } from './compare.ts';
import type { LiveData } from './data.ts';
import type { Answer } from './messages.ts';

/** The bar that says what of the report was computed again in the page, and whether it is the same. */
export class Bar {
  readonly #element: HTMLElement;
  readonly #data: LiveData;
  readonly #waiting: Map<string, string>;
  readonly #wrong: string[] = [];
  #equal = 0;
  #numbers = 0;

  constructor(element: HTMLElement, data: LiveData) {
    this.#element = element;
    this.#data = data;
    this.#waiting = new Map(data.parts.map(({ path, sha256 }) => [path, sha256]));
    this.#show();
  }

  /** Compares one part: its hash with Node's, and its figures with those printed in the table of facts. */
  hear(answer: Extract<Answer, { type: 'part' }>): void {
    const expected = this.#waiting.get(answer.path);
    this.#waiting.delete(answer.path);
    const value = readCanonical(answer.json);
    const what = this.#data.parts.find(({ path }) => path === answer.path)?.what ?? answer.path;
    const misprinted = rowsFrom(this.#data, answer.path, value).flatMap(({ path, value: { text } }) => {
      const fault = compareRow(path, text);
      return fault === '' ? [] : [fault];
    });
    if (expected === answer.sha256 && misprinted.length === 0) {
      this.#equal++;
      this.#numbers += countNumbers(value);
    } else if (misprinted.length > 0) this.#wrong.push(...misprinted.map((fault) => `${what}: ${fault}`));
    else this.#wrong.push(`${what}: what was computed here has another sha256`);
    this.#show();
  }

  /** Something could not be computed at all. */
  fail(what: string, message: string): void {
    const path = this.#data.parts.find((part) => part.what === what)?.path;
    if (path === undefined) this.#waiting.clear();
    else this.#waiting.delete(path);
    this.#wrong.push(`${what}: ${message}`);
    this.#show();
  }

  #show(): void {
    const { parts, source } = this.#data;
    const done = this.#wrong.length > 0 || this.#waiting.size === 0;
    this.#element.dataset.state = this.#wrong.length > 0 ? 'unequal' : done ? 'equal' : 'working';
    this.#element.setAttribute('aria-busy', String(this.#waiting.size > 0));
    const head = `${done ? 'Recomputed' : 'Recomputing'} here: ${this.#equal} of ${parts.length} equal`;
    const scope = source.beside === null ? 'sections 1 to 3' : 'what sections 1 to 3 say of the LSTM';
    const rest = source.beside === null ? 'Training is Node’s.' : 'Training and your cell’s figures are Node’s.';
    const text =
      this.#wrong.length > 0
        ? html`Not what Node found: ${this.#wrong.join('; ')}.`
        : html`${scope}, ${this.#numbers.toLocaleString('en')} numbers, bit for bit what Node found. ${rest}`;
    this.#element.innerHTML = html`<strong>${head}</strong> · <span>${text}</span>`.text;
  }
}

/** Marks the row of the table with this path; the text says what is wrong with it, '' if nothing is. */
function compareRow(path: string, expected: string): string {
  const wanted = textOf(expected);
  for (const row of document.querySelectorAll('#facts tr')) {
    if (row.querySelector('.path')?.textContent !== path) continue;
    const cell = row.querySelector('.number');
    const printed = cell?.textContent ?? '';
    const equal = printed === wanted;
    const sign = document.createElement('span');
    sign.className = equal ? 'again' : 'again no';
    sign.textContent = equal ? '≡' : '≢';
    sign.title = equal ? 'recomputed in this page: equal' : `recomputed in this page: ${wanted}`;
    cell?.append(sign);
    return equal ? '' : `${path} is printed as ${printed}, computed as ${wanted}`;
  }
  return `${path} is not in the table of facts`;
}

function textOf(markup: string): string {
  const holder = document.createElement('span');
  holder.innerHTML = markup;
  return holder.textContent ?? '';
}
