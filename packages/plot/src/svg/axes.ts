import type { Axis } from '../chart.ts';
import { type Domain, power } from '../fit.ts';
import { decade, formatNumber } from '../numbers.ts';
import type { Studio } from './load.ts';

/** The space between the frame of a panel and the edge of the picture. */
export interface Margins {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

/** A drawn panel: its marks, and where a value lies in pixels. */
export interface Panel {
  readonly svg: Element;
  x(value: number): number;
  y(value: number): number;
}

/** Axes and a faint grid over the given domains, with nothing drawn in them yet. */
export function drawPanel(
  { plot, document }: Studio,
  size: { readonly width: number; readonly height: number; readonly margins: Margins },
  x: { readonly axis: Axis; readonly domain: Domain },
  y: { readonly axis: Axis; readonly domain: Domain },
): Panel {
  const { width, height, margins } = size;
  const room = { x: width - margins.left - margins.right, y: height - margins.top - margins.bottom };
  const quiet = { stroke: 'currentColor', strokeOpacity: 0.12 };
  const xTicks = ticksOf(x.axis, x.domain, room.x / 70);
  const yTicks = ticksOf(y.axis, y.domain, room.y / 34);
  const text = { tickSize: 0, tickPadding: 6, fontVariant: 'tabular-nums' };
  const figure = plot.plot({
    document,
    width,
    height,
    marginTop: margins.top,
    marginRight: margins.right,
    marginBottom: margins.bottom,
    marginLeft: margins.left,
    x: { type: x.axis.scale ?? 'linear', domain: [...x.domain], label: null },
    y: { type: y.axis.scale ?? 'linear', domain: [...y.domain], label: null },
    marks: [
      plot.gridY(yTicks, quiet),
      plot.axisX(xTicks, { ...text, tickFormat: formatOf(x.axis) }),
      plot.axisY(yTicks, { ...text, tickFormat: formatOf(y.axis) }),
    ],
  });
  const scales = { x: figure.scale('x'), y: figure.scale('y') };
  const at = (name: 'x' | 'y') => (value: number) => Number(scales[name]?.apply(value));
  return { svg: figure, x: at('x'), y: at('y') };
}

/** Round positions inside the domain, about `count` of them. On a log axis whole decades. */
export function ticksOf(axis: Axis, [low, high]: Domain, count: number): number[] {
  if (axis.scale !== 'log') return linearTicks(low, high, Math.max(2, count));
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  const step = [1, 2, 3, 4, 5, 10, 20, 50, 100].find((size) => (last - first) / size < Math.max(2, count)) ?? 200;
  const ticks: number[] = [];
  // Multiples of the step, so that 1 is among them.
  for (let exponent = Math.ceil(first / step) * step; exponent <= last; exponent += step) ticks.push(power(exponent));
  return ticks;
}

function linearTicks(low: number, high: number, count: number): number[] {
  const rough = (high - low) / count;
  const base = power(Math.floor(Math.log10(rough)));
  // The round step nearest to the wanted one: the borders are the geometric means of 1, 2, 5 and 10.
  const ratio = rough / base;
  const step = base * (ratio < 1.41 ? 1 : ratio < 3.16 ? 2 : ratio < 7.07 ? 5 : 10);
  const ticks: number[] = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) {
    ticks.push(Number((k * step).toPrecision(12)));
  }
  return ticks;
}

const formatOf = (axis: Axis) => (value: number) => {
  if (axis.scale === 'log') {
    const exponent = Math.round(Math.log10(value));
    return exponent === 0 ? '1' : exponent === 1 ? '10' : decade(exponent);
  }
  return axis.percent ? `${formatNumber(value * 100)} %` : formatNumber(value, 4);
};
