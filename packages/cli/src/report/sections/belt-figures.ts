import type { LineChart, ScatterChart } from '@throughline/plot';
import type { BeltFacts, BeltVariant } from '../../check/facts.ts';
import { type Html, html } from '../html.ts';
import { nameOf } from '../names.ts';
import { figure, logDomain, number } from '../parts.ts';

type Color = (name: string) => number;

/** The colour of what is on the belt or held: ink. */
const held = 7;

export function scatterFigure(name: string, belt: BeltFacts, variant: BeltVariant, color: Color): Promise<Html> {
  const { state, keep, holding } = belt;
  const full = nameOf(name, variant.label);
  const points = (read: 'held' | 'total') => variant.scatter.map((one) => ({ x: one.keep, y: one[read] }));
  const worst = (read: 'held' | 'total') =>
    variant.scatter.reduce((most, one) => {
      const size = Math.abs(one[read] - one.keep);
      return size > most || Number.isNaN(size) ? size : most;
    }, 0);
  const chart: ScatterChart = {
    kind: 'scatter',
    title: `${full}: the gate ${keep} against the diagonal of the derivative of ${state} over one step, with residuals`,
    x: { label: `gate ${keep}ₜ` },
    y: { label: `diagonal of ∂${state}ₜ/∂${state}ₜ₋₁` },
    residual: 'residual',
    series: [
      { label: 'total', points: points('total'), color: color(full) },
      { label: `${holding.join(', ') || 'nothing'} held`, points: points('held'), color: held },
    ],
  };
  const caption = html`Largest residual ${number(worst('held'), 2)} held, ${number(worst('total'), 2)} total.`;
  return figure(chart, caption, full);
}

export function leakFigure(name: string, { variants, state, keep }: BeltFacts, color: Color): Promise<Html> {
  const chart: LineChart = {
    kind: 'lines',
    title: `${name}: the leak by step`,
    width: 1030,
    height: 260,
    x: { label: 'step t' },
    y: { label: 'leak, relative to the gate', zero: true, percent: true },
    series: variants.map(({ label, leakByStep }) => ({
      label: nameOf(name, label),
      color: color(nameOf(name, label)),
      points: leakByStep.map((y, i) => ({ x: i + 1, y })),
    })),
  };
  const caption = html`‖∂${state}<sub>t</sub>/∂${state}<sub>t−1</sub> − diag ${keep}<sub>t</sub>‖<sub>F</sub> / ‖diag ${keep}<sub>t</sub>‖<sub>F</sub> at every step, nothing held. At 0 the belt is the only way back.`;
  return figure(chart, caption);
}

export function distanceFigure(name: string, belt: BeltFacts, variant: BeltVariant, color: Color): Promise<Html> {
  const full = nameOf(name, variant.label);
  const all = belt.variants.flatMap(({ byDistance }) => byDistance.flatMap((one) => [one.belt, one.total]));
  const chart: LineChart = {
    kind: 'lines',
    title: `${full}: the belt alone against the total derivative, by distance`,
    width: 340,
    height: 280,
    x: { label: 'distance k' },
    y: { label: 'norm', scale: 'log', domain: logDomain(all) },
    series: [
      { label: 'total', color: color(full), points: variant.byDistance.map(({ distance: x, total: y }) => ({ x, y })) },
      {
        label: `∏ ${belt.keep}`,
        color: held,
        points: variant.byDistance.map(({ distance: x, belt: y }) => ({ x, y })),
      },
    ],
  };
  return figure(chart, '', full);
}
