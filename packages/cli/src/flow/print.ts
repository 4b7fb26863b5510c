import { sparkline } from '@throughline/plot';
import { short } from '../check/terminal/numbers.ts';
import { pad, padStart, type Style } from '../check/terminal/style.ts';
import type { CellFlow, FlowSettings, LineFlow } from './measure.ts';

/** No line is longer: long runs are drawn by every n-th step. */
const widest = 60;
/** Below this share of the largest norm everything is drawn alike. */
const floor = 1e-16;

/** A page of text: one row per line of the run, the loss at the right, the past at the left. */
export function printFlow(cell: string, settings: FlowSettings, flow: CellFlow, style: Style): string {
  const { steps, hidden, inputs, batch, seed } = settings;
  const all = [...flow.states, ...flow.others, ...flow.params];
  const name = Math.max(5, ...all.map(({ line }) => [...line].length));
  const finite = all.flatMap(({ norms }) => norms).filter((norm) => norm > 0 && norm < Number.POSITIVE_INFINITY);
  const top = finite.reduce((a, b) => Math.max(a, b), 0) || 1;
  const least = finite.reduce((a, b) => Math.min(a, b), top);
  const domain = [Math.max(floor * top, Math.min(least, top / 10)), top] as const;
  const row = ({ line, norms, first, rate }: LineFlow): string =>
    [
      `  ${pad(line, name)}`,
      padStart(short(norms[0] ?? Number.NaN), 8),
      (first === 1 ? ' ' : '') + sparkline(thin(norms), { label: '', scale: 'log', domain }),
      pad(short(norms.at(-1) ?? Number.NaN), 8),
      Number.isNaN(rate) ? '–' : `× ${short(rate, 3)}`,
    ].join(' ');
  const drawn = Math.min(steps, widest) + 1;
  const head = `  ${pad('line', name)} ${padStart('first', 8)} ${pad('t →', drawn)} ${pad('last', 8)} per step back`;
  return [
    `${style.bold(`flow through ${cell}`)} · T ${steps} · H ${hidden} · I ${inputs} · B ${batch} · seed ${seed}`,
    style.dim(`L = mean(out²) at t = ${steps} is ${short(flow.loss)}; |∂L/∂s_t| over all units, log scale`),
    '',
    style.dim(head),
    ...flow.states.map(row),
    ...flow.others.map(row),
    '',
    style.dim('  what each step adds to the gradient of the parameters, |∂L/∂θ| as if step t had its own'),
    ...flow.params.map(row),
    '',
    ...flow.states.map((state) => inWords(state, steps)),
    '',
  ].join('\n');
}

/** What a row says, as a sentence. */
function inWords({ line, norms, rate }: LineFlow, steps: number): string {
  const [first, last] = [norms[0] ?? 0, norms.at(-1) ?? 0];
  if (norms.some(Number.isNaN)) return `${line}: NaN. debugNonFinite names the op and the step that made it.`;
  if (Number.isNaN(rate)) return `${line}: the loss does not reach it.`;
  if (!norms.every(Number.isFinite))
    return `${line}: explodes beyond the range of numbers. Clip, or start with smaller U.`;
  const part = short(last === 0 ? rate ** steps : first / last);
  if (rate < 1) {
    const half = Math.log(0.5) / Math.log(rate);
    return `${line}: ${part} of the gradient at t = ${steps} is left at t = 0; it halves every ${short(half)} steps.`;
  }
  return `${line}: the gradient at t = 0 is ${part} times that at t = ${steps}.`;
}

/** At most `widest` of the values, the first and the last among them. */
function thin(values: readonly number[]): number[] {
  if (values.length <= widest) return [...values];
  const pick = (i: number): number => values[Math.round((i * (values.length - 1)) / (widest - 1))] ?? Number.NaN;
  return Array.from({ length: widest }, (_, i) => pick(i));
}
