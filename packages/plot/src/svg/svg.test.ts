import { build } from 'esbuild';
import fc from 'fast-check';
import { DOMParser } from 'linkedom';
import { expect, test } from 'vitest';
import type { Chart, LineChart } from '../chart.ts';
import { ticksOf } from './axes.ts';
import { toSvg } from './index.ts';
import { spread } from './labels.ts';

const awkward = [0, -0, 1, 1e-300, -1, 1e300, 5e-324, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
const number = fc.oneof(fc.constantFrom(...awkward), fc.double({ min: -2, max: 2 }));
const points = fc.array(fc.record({ x: number, y: number }), { maxLength: 12 });
const series = fc.array(fc.record({ label: fc.string({ unit: 'grapheme' }), points }), { maxLength: 4 });
const x = { label: 'k' };

const chart: fc.Arbitrary<Chart> = fc.oneof(
  fc.record({
    kind: fc.constant('lines' as const),
    title: fc.string(),
    x: fc.constant(x),
    y: fc.constantFrom({ label: 'y' }, { label: 'y', scale: 'log' as const }),
    series,
    rules: fc.array(fc.record({ y: number, label: fc.string() }), { maxLength: 2 }),
  }),
  fc.record({
    kind: fc.constant('scatter' as const),
    title: fc.string(),
    x: fc.constant(x),
    y: fc.constant({ label: 'y' }),
    residual: fc.constant('rest'),
    series,
  }),
  fc.record({
    kind: fc.constant('heat' as const),
    title: fc.string(),
    x: fc.constant(x),
    y: fc.constant({ label: 'unit' }),
    value: fc.constantFrom({ label: 'f' }, { label: 'f', domain: [0, 1] as const }),
    rows: fc.array(fc.record({ label: fc.string(), values: fc.array(number, { maxLength: 5 }) }), { maxLength: 4 }),
  }),
);

/** Attribute values alone: labels may say NaN, coordinates may not. */
const coordinates = (svg: string) =>
  [...svg.matchAll(/ (?:d|x|y|cx|cy|width|height|transform|viewBox)="([^"]*)"/g)].map((match) => match[1]).join(' ');

test('whatever the numbers and labels, the picture is well-formed and every coordinate finite', {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(chart, async (one) => {
      const svg = await toSvg(one);
      expect(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg"')).toBe(true);
      expect(coordinates(svg)).not.toMatch(/NaN|Infinity|undefined|null/);
      const root = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
      expect(root?.nodeName).toBe('svg');
      expect(root?.querySelectorAll('script').length).toBe(0);
    }),
    { numRuns: 60 },
  );
});

const lines: LineChart = {
  kind: 'lines',
  title: 'reach of <b>cells</b>',
  x,
  y: { label: 'reach', scale: 'log' },
  series: [
    { label: '<script>alert(1)</script>', points: [1, 0.1, 0.01].map((y, k) => ({ x: k, y })) },
    { label: 'gru', points: [1, 0, Number.NaN, 0.5].map((y, k) => ({ x: k, y })) },
    { label: 'before', style: 'quiet', points: [1, 0.2].map((y, k) => ({ x: k, y })) },
  ],
  rules: [{ y: 0.05, label: 'baseline' }],
};

test('a line chart labels its lines at their ends, quiet ones not, and escapes what it is given', async () => {
  const svg = await toSvg(lines);
  expect(svg).not.toContain('<script');
  expect(svg).not.toContain('<b>');
  const root = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
  // A label's text is followed by its title, which says it in full.
  const texts = [...(root?.querySelectorAll('text') ?? [])].map((text) => text.textContent);
  const label = '<script>alert(1)</script>';
  expect(texts).toEqual(expect.arrayContaining([label + label, 'grugru', 'baselinebaseline', 'reach', 'k', '10⁻¹⁵']));
  expect(texts.join()).not.toContain('before');
});

test('drawing twice gives the same bytes', async () => {
  expect(await toSvg(lines)).toBe(await toSvg(lines));
});

test('a point alone between gaps is still seen', async () => {
  const alone = [Number.NaN, 0.5, Number.NaN].map((y, k) => ({ x: k, y }));
  expect(await toSvg({ ...lines, series: [{ label: 'a', points: alone }] })).toMatch(/d="M[\d.]+,[\d.]+h0"/);
});

test('labels move apart, keep their order and stay in range', () => {
  expect(spread([10, 11, 12], 0, 100)).toEqual([10, 25, 40]);
  expect(spread([99, 98, 97], 0, 100)).toEqual([100, 85, 70]);
  expect(spread([], 0, 100)).toEqual([]);
});

test('ticks are round, inside the domain, and few', () => {
  expect(ticksOf(x, [0, 60], 6)).toEqual([0, 10, 20, 30, 40, 50, 60]);
  expect(ticksOf(x, [0.12, 0.79], 4)).toEqual([0.2, 0.4, 0.6]);
  expect(ticksOf({ ...x, scale: 'log' }, [1e-16, 10], 6)).toEqual([1e-15, 1e-12, 1e-9, 1e-6, 1e-3, 1]);
});

test('the chart library is reached by a dynamic import alone', async () => {
  const entry = new URL('../index.ts', import.meta.url).pathname;
  const external = ['@observablehq/plot', 'linkedom'];
  const { metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    external,
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  expect(imports.map(({ path, kind }) => `${kind} ${path}`).sort()).toEqual([
    'dynamic-import @observablehq/plot',
    'dynamic-import linkedom',
  ]);
});
