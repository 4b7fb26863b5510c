import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Chart } from '../chart.ts';
import { toTerminal } from './draw.ts';
import { bar, sparkline } from './sparkline.ts';

test('on a log axis every block is an equal share of the decades', () => {
  const axis = { label: '', scale: 'log', domain: [1e-14, 1] } as const;
  expect(sparkline([1, 1e-2, 1e-4, 1e-6, 1e-8, 1e-10, 1e-12, 1e-14], axis)).toBe('█▇▆▅▄▃▂▁');
});

test('gaps are spaces; zero and infinity take the lowest and the highest block', () => {
  expect(sparkline([1, Number.NaN, 0, 1e-16, Number.POSITIVE_INFINITY], { label: '', scale: 'log' })).toBe('█ ▁▁█');
  expect(sparkline([])).toBe('');
});

test('a sparkline has one character per value, whatever the values', () => {
  fc.assert(
    fc.property(fc.array(fc.double()), fc.constantFrom('linear', 'log'), (values, scale) => {
      expect([...sparkline(values, { label: '', scale })]).toHaveLength(values.length);
    }),
  );
});

test('a bar fills by eighths and stays inside its width', () => {
  expect([bar(0, 4), bar(1, 4), bar(1 / 32, 4), bar(7, 4), bar(-1, 4), bar(Number.NaN, 4)]).toEqual([
    '',
    '████',
    '▏',
    '████',
    '',
    '',
  ]);
});

const charts: Chart[] = [
  {
    kind: 'lines',
    title: 'reach',
    x: { label: 'k' },
    y: { label: 'reach', scale: 'log' },
    series: [
      { label: 'rnn', points: [1, 1e-4, 1e-8].map((y, x) => ({ x, y })) },
      { label: 'lstm', points: [1, 0.5, 0.25].map((y, x) => ({ x, y })) },
    ],
    rules: [{ y: 0.1, label: 'baseline' }],
  },
  {
    kind: 'heat',
    title: 'gate',
    x: { label: 't' },
    y: { label: 'unit' },
    value: { label: 'f', domain: [0, 1] },
    rows: [
      { label: '0', values: [0, 0.5, 1] },
      { label: '10', values: [1, Number.NaN, 0] },
    ],
  },
  {
    kind: 'scatter',
    title: 'gate against derivative',
    x: { label: 'f' },
    y: { label: 'd' },
    residual: 'left',
    series: [{ label: 'held', points: [0, 0.5, 1].map((x) => ({ x, y: x })) }],
  },
];

test('each kind of chart is drawn for the terminal', () => {
  const [lines, heat, scatter] = charts.map((chart) => toTerminal(chart, 60));
  expect(lines).toBe('reach\n  rnn              1 █▅▁ 1e−8\n  lstm             1 ██▇ 0.25\n  baseline       0.1');
  expect(heat).toBe('gate\n  0   ▁▅█\n  10  █ ▁\n(1 value NaN: left out.)');
  expect(scatter?.split('\n')).toHaveLength(14);
  expect(scatter).toMatch(/0 … 1 {2}f$/);
});

test('no line is wider than the terminal', () => {
  const long: Chart = {
    kind: 'lines',
    title: '',
    x: { label: '' },
    y: { label: '' },
    series: [{ label: 'loss', points: Array.from({ length: 500 }, (_, x) => ({ x, y: x / 7 })) }],
  };
  for (const line of toTerminal(long, 72).split('\n')) expect([...line].length).toBeLessThanOrEqual(72);
});
