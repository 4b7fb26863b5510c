import { formatNumber } from '@throughline/plot';
import { drawBelt } from '../belt-svg.ts';
import { html } from '../html.ts';
import { number, percent } from '../parts.ts';
import { drawCurves } from './curve.ts';
import type { LiveData } from './data.ts';
import type { Answer, Request } from './messages.ts';
import type { Knob } from './turn.ts';

/** Ties a slider to the worker: one request at a time, and after it the newest. */
export class Slider {
  readonly #knob: Knob;
  readonly #data: LiveData;
  readonly #root: HTMLElement;
  readonly #input: HTMLInputElement;
  readonly #ask: (request: Request) => void;
  #busy = false;
  #next: number | null = null;

  constructor(root: HTMLElement, data: LiveData, ask: (request: Request) => void) {
    this.#root = root;
    this.#data = data;
    this.#ask = ask;
    this.#knob = root.dataset.knob === 'radius' ? 'radius' : 'forget';
    this.#input = find(root, 'input') as HTMLInputElement; // each knob has one
    this.#input.addEventListener('input', () => {
      this.#turn();
    });
    this.#turn();
  }

  hear(answer: Extract<Answer, { type: 'turned' | 'belt' }>): void {
    if (answer.knob !== this.#knob) return;
    if (answer.type === 'turned') this.#draw(answer);
    else if (answer.value === Number(this.#input.value)) this.#fill(answer);
  }

  #turn(): void {
    const value = Number(this.#input.value);
    const text = formatNumber(value, 3);
    find(this.#root, 'output').textContent = text;
    this.#input.setAttribute('aria-valuetext', text);
    this.#root.setAttribute('aria-busy', 'true');
    if (this.#busy) this.#next = value;
    else this.#request(value);
  }

  #request(value: number): void {
    this.#busy = true;
    this.#next = null;
    this.#ask({ type: 'turn', knob: this.#knob, value, source: this.#data.source });
  }

  #draw({ value, turned: { reach: facts, figure } }: Extract<Answer, { type: 'turned' }>): void {
    const { curves, source } = this.#data;
    const { steps } = source.settings;
    const quiet = curves[this.#knob];
    const name = this.#knob === 'forget' ? 'b_f' : 'ρ(U)';
    const own = {
      label: `${name} = ${formatNumber(value, 3)}`,
      color: this.#knob === 'forget' ? 1 : 2,
      reach: facts.reach,
      quiet: false,
    };
    const title = `Reach of the gradient by distance at ${own.label}, and at the report's own settings`;
    find(this.#root, '.curve').innerHTML = drawCurves(title, steps, [...quiet, own]).text;
    if (figure !== null) find(this.#root, '.live-belt').innerHTML = drawBelt(figure).text;
    this.#put('reach', facts.reach[steps - 1] ?? Number.NaN);
    this.#put('rate', facts.rate);
    if (facts.spectralRadius !== null) this.#put('spectral', facts.spectralRadius);
    if (facts.largestSingularValue !== null) this.#put('singular', facts.largestSingularValue);
    if (facts.meanTanhSlope !== null) this.#put('slope', facts.meanTanhSlope);
    this.#busy = false;
    if (this.#next !== null) this.#request(this.#next);
    else if (this.#knob === 'radius') this.#settle(value);
  }

  #fill({ value, belt }: Extract<Answer, { type: 'belt' }>): void {
    const far = belt?.byDistance.at(-1);
    if (belt && far) {
      this.#put('off', belt.oneStepOff, percent(belt.oneStepOff).text);
      this.#put('belt', far.belt);
      this.#put('total', far.total);
    }
    this.#settle(value);
  }

  /** Everything shown belongs to this value. */
  #settle(value: number): void {
    this.#root.dataset.shown = String(value);
    this.#root.removeAttribute('aria-busy');
  }

  /** A number as people read it, with the double itself in the element's value. */
  #put(name: string, value: number, text = number(value, 3).text): void {
    const element = find(this.#root, `data[data-name="${name}"]`);
    element.setAttribute('value', String(value));
    element.innerHTML = text;
  }
}

export function find(root: ParentNode, selector: string): HTMLElement {
  const found = root.querySelector<HTMLElement>(selector);
  if (found === null) throw new Error(html`the report has no ${selector}`.text);
  return found;
}
