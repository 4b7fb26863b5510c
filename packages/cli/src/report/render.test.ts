import { DOMParser, parseHTML } from 'linkedom';
import { beforeAll, expect, test } from 'vitest';
import type { Facts } from '../check/facts.ts';
import { drawBelt } from './belt-svg.ts';
import { commandLine } from './context.ts';
import { hashFacts } from './hash.ts';
import { html } from './html.ts';
import { formula, logDomain, number } from './parts.ts';
import { renderReport } from './render.ts';
import { averaged } from './sections/learning.ts';
import { fixtureContext, fixtureFacts } from './testing/fixture.ts';

let text = '';
beforeAll(async () => {
  text = await renderReport(fixtureFacts(), fixtureContext);
}, 60_000);

/** What must hold of every report. */
function sound(report: string): Document {
  expect(report).toMatch(/^<!doctype html>/);
  expect(report).not.toMatch(/<script|<link|<iframe|<img|@import|url\(/i);
  expect(report.replaceAll('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(/https?:\/\//);
  expect(report).not.toMatch(/undefined|\[object |="[^"]*NaN[^"]*"/);
  for (const [svg] of report.matchAll(/<svg.*?<\/svg>/gs)) {
    const root = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
    expect(root?.nodeName).toBe('svg');
    expect(root?.getAttribute('aria-label')).toBeTruthy();
  }
  return parseHTML(report).document;
}

test('the report has every section, a picture for each figure, and asks for nothing from elsewhere', () => {
  const document = sound(text);
  const ids = [...document.querySelectorAll('section')].map(({ id }) => id);
  expect(ids).toEqual(['claims', 'facts', 'gradients', 'belt', 'reach', 'learning', 'method']);
  // lstm: belt, 3 scatters, leak, 3 distances; gru: scatter, leak, distance; reach 2; losses; 4 heat maps.
  expect(document.querySelectorAll('figure svg').length).toBe(18);
  expect(document.querySelectorAll('svg.belt').length).toBe(1);
  expect(document.querySelector('#remedy')?.textContent).toContain('chrono(60)');
});

test('verdict and facts come first, each with the command that gives it', () => {
  const document = sound(text);
  expect(document.querySelector('h1')?.textContent).toBe('1 of 6 claims refuted');
  const commands = [...document.querySelectorAll('#facts .command')].map((cell) => cell.textContent);
  const untrained = 'throughline check rnn lstm gru --seed 7 --no-train --json';
  expect(commands).toEqual([untrained, untrained, untrained, 'throughline check rnn lstm gru --seed 7 --json']);
  expect(document.querySelectorAll('#facts tr:not(.group)').length).toBe(21);
  expect(document.querySelector('#facts .hash')?.textContent).toContain(hashFacts(fixtureFacts()));
});

test('every path in the facts names a number in the facts', () => {
  const facts: unknown = fixtureFacts();
  for (const cell of sound(text).querySelectorAll('#facts .path')) {
    const keys = [...(cell.textContent ?? '').matchAll(/\.(\w+)|\[(\d+)\]/g)].map(
      (match) => match[1] ?? match[2] ?? '',
    );
    const value = keys.reduce<unknown>((at, key) => new Map(Object.entries(at ?? {})).get(key), facts);
    expect(typeof value, cell.textContent ?? '').toBe('number');
  }
});

test('method states every formula, oracle, tolerance, seed, the machine and the hash', () => {
  const method = sound(text).querySelector('#method')?.textContent ?? '';
  for (const word of [
    'one step off by',
    'belt / total',
    'reach at k',
    'longest memory',
    'complex step',
    'control',
    '10−8',
    'float64',
    'Node v20.20.2',
    hashFacts(fixtureFacts()),
  ]) {
    expect(method).toContain(word);
  }
});

test('the same facts give the same report and the same hash; a changed bit another hash', () => {
  const facts = fixtureFacts();
  expect(hashFacts(facts)).toBe(hashFacts(fixtureFacts()));
  expect(hashFacts(facts)).toMatch(/^[0-9a-f]{64}$/);
  const [first, ...rest] = facts.reach;
  if (!first) throw new Error('the fixture has no reach');
  const changed: Facts = { ...facts, reach: [{ ...first, rate: first.rate + 2 ** -52 }, ...rest] };
  expect(hashFacts(changed)).not.toBe(hashFacts(facts));
});

test('awkward facts: names full of markup, NaN, zero, infinity, no training, no belt', async () => {
  const name = `<script>alert("x")</script>&'${'long'.repeat(30)}`;
  const base = fixtureFacts({ T: 5, H: 3 });
  const bad = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, -1];
  const facts: Facts = {
    ...base,
    cells: base.cells.map((cell) => ({
      ...cell,
      name,
      equations: [name],
      backward: [name],
      gradients: cell.gradients.map((one, i) => ({ ...one, at: name, note: name, oracle: name, worst: bad[i] ?? 0 })),
      figure: cell.figure && {
        ...cell.figure,
        nodes: cell.figure.nodes.map((node) => ({ ...node, label: `${node.label}${name}` })),
        edges: cell.figure.edges.map((edge, i) => ({ ...edge, share: bad[i % 5] ?? 0 })),
      },
      belt: cell.belt && {
        ...cell.belt,
        holding: [name],
        variants: cell.belt.variants.map((variant) => ({
          ...variant,
          label: name,
          leakByStep: bad,
          byDistance: bad.map((value, i) => ({ distance: i + 1, belt: value, total: -value })),
          scatter: bad.map((value, i) => ({ t: i, unit: 0, keep: value, held: value, total: Number.NaN })),
        })),
      },
    })),
    reach: base.reach.map((row) => ({ ...row, cell: name, label: name, reach: bad, rate: Number.NaN })),
    verdict: { claims: [{ claim: name, holds: true }], sentences: [name], exitCode: 0 },
    learning: base.learning && {
      ...base.learning,
      task: name,
      runs: base.learning.runs.map((run) => ({
        ...run,
        cell: name,
        losses: bad,
        reach: bad,
        gate: [bad, bad],
        diverged: 3,
      })),
    },
    remedy: { finding: name, tried: [], best: null },
  };
  const document = sound(await renderReport(facts, { ...fixtureContext, args: ['check', name] }));
  expect(document.querySelector('.claims')?.textContent).toContain('<script>alert("x")</script>');
  expect(document.querySelector('h1')?.textContent).toBe('All claims hold');
  expect(document.querySelector('#remedy')?.textContent).toContain('none found');
});

test('the smallest run: one step, one unit, nothing trained, no cell with a belt', async () => {
  const base = fixtureFacts({ T: 1, H: 1 });
  sound(await renderReport(base, fixtureContext));
  const bare: Facts = {
    ...base,
    cells: base.cells.map((cell) => ({ ...cell, belt: null, beltCandidates: [], gradients: [], figure: null })),
    reach: [],
    learning: null,
    remedy: null,
    verdict: { claims: [], sentences: [], exitCode: 0 },
  };
  const document = sound(await renderReport(bare, fixtureContext));
  expect(document.querySelector('#learning')?.textContent).toContain('Training was not asked for');
  expect(document.querySelector('h1')?.textContent).toBe('Nothing was claimed');
  sound(await renderReport({ ...bare, cells: [] }, fixtureContext));
});

test('a training that learned nothing and one without steps are drawn', async () => {
  const base = fixtureFacts({ T: 3, H: 2 });
  const runs = (base.learning?.runs ?? []).map((run) => ({ ...run, losses: [], reach: [], gate: [] }));
  sound(await renderReport({ ...base, learning: base.learning && { ...base.learning, runs } }, fixtureContext));
  sound(await renderReport({ ...base, learning: base.learning && { ...base.learning, runs: [] } }, fixtureContext));
});

test('the width of a band is its share of the gradient', () => {
  const share = (value: number) => ({ from: 'c[0]', to: 'c[1]', share: value });
  const node = (t: number) => ({ id: `c[${t}]`, label: 'c', t, kind: 'state' as const });
  const width = (value: number) => {
    const figure = { variant: '', belt: 'c', nodes: [node(0), node(1)], edges: [share(value)] };
    return Number(/stroke-width="([\d.]+)"/.exec(drawBelt(figure).text)?.[1]);
  };
  expect(width(1)).toBe(22);
  expect(width(0.5)).toBe(11);
  expect(width(0)).toBe(0.75);
  expect(width(Number.NaN)).toBe(0.75);
  expect(width(9)).toBe(34);
});

test('templates escape what they are given, and not what is HTML already', () => {
  expect(html`<p title="${`"'`}">${'<b>'}${html`<i>${'&'}</i>`}${[1, null, false]}</p>`.text).toBe(
    '<p title="&quot;&#39;">&lt;b&gt;<i>&amp;</i>1</p>',
  );
  expect(html`${'a\u0000\ud800b😀'}`.text).toBe('a��b😀');
});

test('formulas get subscripts, slanted letters and primes; words stay upright', () => {
  expect(formula("c' = f ⊙ c_{t−1}").text).toBe('<i>c</i>′ = <i>f</i> ⊙ <i>c</i><sub>t−1</sub>');
  expect(formula('U_fᵀ tanh(x)').text).toBe('<i>U</i><sub>f</sub>ᵀ tanh(<i>x</i>)');
  expect(formula("δa_g = δo ⊙ tanh_c' + co_f").text).toBe(
    'δ<i>a</i><sub>g</sub> = δ<i>o</i> ⊙ tanh<sub>c</sub>′ + co<sub>f</sub>',
  );
  expect(formula('learned a lag <b_x>').text).toBe('learned a lag &lt;<i>b</i><sub>x</sub>&gt;');
});

test('numbers, domains and averages', () => {
  expect([number(1e-8).text, number(3.14159e-7, 2).text, number(0.5).text]).toEqual([
    '10<sup>−8</sup>',
    '3.1·10<sup>−7</sup>',
    '0.5',
  ]);
  expect(logDomain([0.02, 3])).toEqual([0.01, 10]);
  expect(logDomain([0, 3])).toEqual([1e-16, 10]);
  expect(logDomain([])).toEqual([1e-16, 1]);
  expect(averaged([1, 3, 5], 2)).toEqual([
    { x: 2, y: 2 },
    { x: 3, y: 5 },
  ]);
});

test('a command is quoted as a shell wants it, and options are not repeated', () => {
  expect(commandLine({ ...fixtureContext, args: ['check', "my cell's.ts", '--json'] }, '--no-train', '--json')).toBe(
    "throughline check 'my cell'\\''s.ts' --json --no-train",
  );
});
