import type { Axis } from '../chart.ts';
import { fitDomain, place } from '../fit.ts';

const blocks = '▁▂▃▄▅▆▇█';

/**
 * A row of blocks, one per value. On a log axis each block stands for an equal share of the decades between the ends.
 * A gap (NaN) is a space, a value beyond the axis takes its lowest or highest block.
 *
 * @example sparkline([1, 1e-2, 1e-4, 1e-6, 1e-8], { label: '', scale: 'log', domain: [1e-9, 1] })   // █▆▅▃▂
 * @example sparkline([0, 1, 2, 3])   // ▁▃▆█
 */
export function sparkline(values: readonly number[], axis: Axis = { label: '' }): string {
  const [low, high] = fitDomain(axis, values);
  const scale = axis.scale === 'log' ? Math.log10 : (value: number) => value;
  const [bottom, top] = [scale(low), scale(high)];
  return values
    .map((value) => {
      const placed = place(axis, [low, high], value);
      if (placed === null) return ' ';
      const share = (scale(placed.at) - bottom) / (top - bottom);
      return blocks[Math.round(share * (blocks.length - 1))] ?? ' ';
    })
    .join('');
}

const eighths = ' ▏▎▍▌▋▊▉█';

/**
 * A bar of `width` cells, filled to a share between 0 and 1 in steps of an eighth of a cell. NaN is an empty bar.
 *
 * @example bar(0.5, 4)   // ██
 * @example bar(0.3125, 4)   // █▎
 */
export function bar(share: number, width: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, Number.isNaN(share) ? 0 : share)) * width * 8);
  return ('█'.repeat(Math.floor(filled / 8)) + (eighths[filled % 8] ?? '')).trimEnd();
}
