import type { Margins } from './axes.ts';
import { element } from './elements.ts';

/** A label in the right margin, beside the end of its line. */
export interface EndLabel {
  readonly text: string;
  readonly color: string;
  /** Where the line ends, in pixels. */
  readonly x: number;
  readonly y: number;
}

const gap = 15;
const longest = 26;

/** Moves heights apart until none are closer than `gap`, within the given range; in the order given. */
export function spread(heights: readonly number[], top: number, bottom: number): number[] {
  const order = heights.map((_, i) => i).sort((a, b) => (heights[a] ?? 0) - (heights[b] ?? 0));
  const placed = [...heights];
  let last = top - gap;
  for (const i of order) {
    placed[i] = Math.max(placed[i] ?? 0, last + gap);
    last = placed[i] ?? 0;
  }
  let next = bottom + gap;
  for (const i of order.reverse()) {
    placed[i] = Math.min(placed[i] ?? 0, next - gap);
    next = placed[i] ?? 0;
  }
  return placed;
}

export const shortened = (text: string): string =>
  [...text].length > longest ? `${[...text].slice(0, longest - 1).join('')}…` : text;

/** Pixels a label needs: measured widths differ by font, so this is on the safe side. */
export const widthOf = (text: string): number => [...shortened(text)].length * 6.9 + 6;

/** Draws the labels, each joined to its line by a thin leader. */
export function drawLabels(
  document: Document,
  labels: readonly EndLabel[],
  size: { readonly width: number; readonly height: number; readonly margins: Margins },
): Element {
  const { width, height, margins } = size;
  const heights = spread(
    labels.map(({ y }) => y),
    margins.top,
    height - margins.bottom,
  );
  const left = width - margins.right + 18;
  const drawn = labels.flatMap(({ text, color, x, y }, i) => {
    const at = heights[i] ?? y;
    const leader = element(document, 'path', {
      d: `M${x + 2},${y}L${Math.max(x + 2, left - 14)},${y}L${left - 4},${at}`,
      fill: 'none',
      stroke: color,
      'stroke-opacity': 0.6,
      'stroke-dasharray': x < left - 24 ? '1 3' : 'none',
    });
    const label = element(
      document,
      'text',
      { x: left, y: at, dy: '0.32em', 'text-anchor': 'start', fill: color, 'font-weight': 600 },
      [shortened(text), element(document, 'title', {}, [text])],
    );
    return [leader, label];
  });
  return element(document, 'g', {}, drawn);
}

/** The names of both axes: the vertical one's above its top, the horizontal one's centred below. */
export function drawAxisNames(
  document: Document,
  names: { readonly x: string; readonly y: string },
  size: { readonly width: number; readonly height: number; readonly margins: Margins },
): Element {
  const { width, height, margins } = size;
  const middle = margins.left + (width - margins.left - margins.right) / 2;
  return element(document, 'g', { 'fill-opacity': 0.8 }, [
    element(document, 'text', { x: 0, y: margins.top - 12, 'text-anchor': 'start' }, [names.y]),
    element(document, 'text', { x: middle, y: height - 4 }, [names.x]),
  ]);
}
