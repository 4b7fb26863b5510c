import type { BeltEdge, BeltFigure, BeltNode } from './belt-figure.ts';
import { type Fragment, type Html, html } from './html.ts';

/** Where a node stands, in pixels. */
interface Spot {
  readonly x: number;
  readonly y: number;
}

const margin = { x: 40, top: 70, bottom: 40 };
const rowGap = 92;
/** Pixels of a band that carries the whole gradient, and the most that any is drawn with. */
const full = 22;
const widest = 34;

/**
 * Draws a stretch of the belt: time to the right, the belt on top, other states below, gates between. Every connection
 * is a band as wide as its share of the gradient.
 */
export function drawBelt(figure: BeltFigure): Html {
  const spots = layOut(figure);
  const steps = stepsOf(figure);
  const rows = rowCount(figure);
  const column = columnOf(steps);
  const width = margin.x * 2 + column * Math.max(1, steps.length - 1);
  const height = margin.top + rowGap * (rows - 1) + margin.bottom + 22;
  const kindOf = new Map(figure.nodes.map((node) => [node.id, node]));
  const bands = [...figure.edges]
    .sort((a, b) => b.share - a.share)
    .map((edge) => drawEdge(edge, spots, isBelt(edge, kindOf, figure.belt)));
  const axis = steps.map((t, i) => {
    const x = margin.x + column * i;
    return html`<text x="${x}" y="${height - 6}" class="step">t = ${t}</text>`;
  });
  const title = `The unrolled cell from t = ${steps[0] ?? 0} to t = ${steps.at(-1) ?? 0}; band width is the share of the gradient`;
  return html`<svg xmlns="http://www.w3.org/2000/svg" class="belt" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${title}">
<g class="flow"><path d="M${width - margin.x},14H${margin.x + 4}"/><path class="tip" d="M${margin.x - 4},14l12,-5v10Z"/></g>
<text x="${width / 2}" y="31" class="direction">the gradient flows back through time</text>
<g fill="none" stroke-linecap="butt">${bands}</g>
${figure.nodes.map((node) => drawNode(node, spots, node.label === figure.belt))}
${axis}</svg>`;
}

/** Few steps stand wider apart, so that the picture fills a page. */
const columnOf = (steps: readonly number[]): number =>
  Math.min(316, Math.max(190, 950 / Math.max(1, steps.length - 1)));

const stepsOf = ({ nodes }: BeltFigure): number[] => [...new Set(nodes.map(({ t }) => t))].sort((a, b) => a - b);

/** Names of one kind in order of first appearance, the belt first. */
function linesOf({ nodes, belt }: BeltFigure, kind: BeltNode['kind']): string[] {
  const names = [...new Set(nodes.filter((node) => node.kind === kind).map(({ label }) => label))];
  return names.sort((a, b) => Number(b === belt) - Number(a === belt));
}

const rowCount = (figure: BeltFigure): number =>
  Math.max(1, linesOf(figure, 'state').length) + (linesOf(figure, 'tap').length > 0 ? 1 : 0);

/** The belt in row 0, gates in row 1, the other states below; a step's gates stand before its states. */
function layOut(figure: BeltFigure): Map<string, Spot> {
  const steps = stepsOf(figure);
  const states = linesOf(figure, 'state');
  const taps = linesOf(figure, 'tap');
  const column = columnOf(steps);
  const spots = new Map<string, Spot>();
  for (const { id, label, t, kind } of figure.nodes) {
    const x = margin.x + column * steps.indexOf(t);
    if (kind === 'state') {
      const row = states.indexOf(label);
      const below = row > 0 && taps.length > 0 ? 1 : 0;
      spots.set(id, { x, y: margin.top + rowGap * (row + below) });
    } else {
      const across = (taps.indexOf(label) + 1) / (taps.length + 1);
      // From just after the previous step's states to just before this step's.
      spots.set(id, { x: x - column + 18 + across * (column - 36), y: margin.top + rowGap });
    }
  }
  return spots;
}

const isBelt = ({ from, to }: BeltEdge, nodes: ReadonlyMap<string, BeltNode>, belt: string): boolean =>
  nodes.get(from)?.label === belt && nodes.get(to)?.label === belt;

function drawEdge({ from, to, share }: BeltEdge, spots: ReadonlyMap<string, Spot>, belt: boolean): Fragment {
  const [a, b] = [spots.get(from), spots.get(to)];
  if (!a || !b) return null;
  const known = Number.isFinite(share);
  const width = known ? Math.min(widest, Math.max(0.75, share * full)) : 0.75;
  const faint = !known || share < 0.005;
  const name = `${from} → ${to}: ${known ? shareText(share) : 'not a number'}`;
  const kind = `${belt ? 'on-belt' : 'beside'}${faint ? ' faint' : ''}`;
  const band = html`<path class="${kind}" d="${curve(a, b)}" stroke-width="${width.toFixed(2)}"><title>${name}</title></path>`;
  if (!belt) return band;
  const at = { x: (a.x + b.x) / 2, y: a.y - Math.max(width / 2, 4) - 6 };
  return [
    band,
    html`<text class="share" x="${at.x.toFixed(1)}" y="${at.y.toFixed(1)}">${known ? shareText(share) : 'NaN'}</text>`,
  ];
}

const shareText = (share: number): string =>
  share >= 0.0995
    ? `${Math.round(share * 100)} %`
    : share >= 0.001
      ? `${(share * 100).toFixed(1)} %`
      : share.toExponential(0).replace('-', '−');

/** Along a row straight; between rows leaving and arriving upright, except where a step is crossed. */
function curve(a: Spot, b: Spot): string {
  if (a.y === b.y) return `M${n(a.x)},${n(a.y)}H${n(b.x)}`;
  if (a.x === b.x) return `M${n(a.x)},${n(a.y)}V${n(b.y)}`;
  const middle = (a.y + b.y) / 2;
  return `M${n(a.x)},${n(a.y)}C${n(a.x)},${n(middle)} ${n(b.x)},${n(middle)} ${n(b.x)},${n(b.y)}`;
}

const n = (value: number): string => String(Math.round(value * 10) / 10);

function drawNode({ id, label, t, kind }: BeltNode, spots: ReadonlyMap<string, Spot>, belt: boolean): Fragment {
  const spot = spots.get(id);
  if (!spot) return null;
  const { x, y } = spot;
  const short = [...label].length > 6 ? `${[...label].slice(0, 5).join('')}…` : label;
  const text = html`<text x="${n(x)}" y="${n(y)}" dy="0.34em">${short}<tspan class="index" dy="4">${kind === 'state' ? t : ''}</tspan></text>`;
  const wide = 36 + Math.max(0, [...short].length - 2) * 8;
  const shape =
    kind === 'state'
      ? html`<rect x="${n(x - wide / 2)}" y="${n(y - 17)}" width="${wide}" height="34" rx="9"/>`
      : html`<circle cx="${n(x)}" cy="${n(y)}" r="${13 + Math.max(0, [...short].length - 2) * 3}"/>`;
  return html`<g class="node ${kind}${belt ? ' main' : ''}">${shape}${text}<title>${label} at t = ${t}</title></g>`;
}
