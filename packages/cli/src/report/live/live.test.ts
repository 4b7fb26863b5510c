import { createHash } from 'node:crypto';
import { type AnyCell, gru } from '@throughline/rnn';
import { parseHTML } from 'linkedom';
import { beforeAll, expect, test } from 'vitest';
import type { Facts } from '../../check/facts.ts';
import { runCheck } from '../../check/run.ts';
import { builtInSubjects, userSubjects } from '../../check/subjects.ts';
import { canonicalJson } from '../canonical.ts';
import { renderReport } from '../render.ts';
import { fixtureContext } from '../testing/fixture.ts';
import { type LiveCode, loadLiveCode } from './code.ts';
import { readCanonical, rowsFrom } from './compare.ts';
import { liveData } from './data.ts';
import { sha256 } from './sha256.ts';
import { type LiveSource, liveParts, valueAt } from './source.ts';
import { expectedHash, hashOfParts } from './testing/parts.ts';
import { turn, turnBelt } from './turn.ts';

const [hidden, steps, seed] = [2, 4, 11];
const options = { file: null, hidden, steps, seed, train: false };
let facts: Facts;
let source: LiveSource;
let code: LiveCode;
beforeAll(async () => {
  facts = await runCheck(builtInSubjects(hidden, steps), options);
  source = { settings: facts.settings, beside: null };
  code = await loadLiveCode();
}, 60_000);

test('our sha256 is that of the standard', () => {
  for (const text of ['', 'abc', 'ρ(U) − ∂c/∂c', ...Array.from({ length: 140 }, (_, n) => 'x'.repeat(n))]) {
    expect(sha256(text)).toBe(createHash('sha256').update(text).digest('hex'));
  }
});

test('every part is what the check found, bit for bit; of another seed none', () => {
  const parts = liveParts(source);
  expect(parts.map(({ path }) => path).sort()).toEqual([
    '.cells[0].beltCandidates',
    '.cells[0].figure',
    '.cells[0].gradients',
    '.cells[1].belt',
    '.cells[1].figure',
    '.cells[1].gradients',
    '.cells[2].belt',
    '.cells[2].figure',
    '.cells[2].gradients',
    '.reach[0]',
    '.reach[1]',
    '.reach[2]',
    '.reach[3]',
  ]);
  for (const { path, compute } of parts) expect(canonicalJson(compute())).toBe(canonicalJson(valueAt(facts, path)));
  const other = liveParts({ ...source, settings: { ...source.settings, seed: seed + 1 } });
  for (const { path, compute } of other.slice(0, 5)) {
    expect(canonicalJson(compute())).not.toBe(canonicalJson(valueAt(facts, path)));
  }
});

test('beside a user’s cell, whatever its name, only the LSTM is computed again', async () => {
  const own: AnyCell = gru as unknown as AnyCell; // names forgotten
  const subjects = userSubjects({ ...own, name: 'lstm' } as AnyCell, 60, 2, hidden, steps); // what defineCell gives, named anew
  const found = await runCheck(subjects, { ...options, file: 'lstm.ts' });
  const beside: LiveSource = { settings: found.settings, beside: found.cells[1]?.hidden ?? hidden };
  const parts = liveParts(beside);
  expect(parts.map(({ path }) => path)).toEqual([
    '.reach[1]',
    '.cells[1].figure',
    '.cells[1].belt',
    '.cells[1].gradients',
  ]);
  for (const { path, compute } of parts) expect(canonicalJson(compute())).toBe(canonicalJson(valueAt(found, path)));
  const plain = found.cells[1]?.belt?.variants.find(({ label }) => label === 'bias 0');
  expect(turnBelt('forget', 0, beside)?.oneStepOff).toBe(plain?.oneStepOff);
  expect(liveData(found, beside).curves).toMatchObject({ forget: [{ label: 'chrono' }], radius: [] });
});

test('a slider at one of the report’s own settings gives the report’s own numbers', () => {
  const [rnn, plain] = facts.reach;
  expect(turn('forget', 0, source).reach.reach).toEqual(plain?.reach);
  expect(turn('radius', rnn?.spectralRadius ?? 0, source).reach.reach).toEqual(rnn?.reach);
  expect(turn('radius', 1, source).reach.reach).not.toEqual(rnn?.reach);
  const variant = facts.cells[1]?.belt?.variants.find(({ label }) => label === 'bias 1');
  expect(turnBelt('forget', 1, source)).toEqual({
    oneStepOff: variant?.oneStepOff,
    byDistance: variant?.byDistance,
  });
  expect(turnBelt('radius', 1, source)).toBeNull();
  expect(turn('radius', 1.5, source).reach.spectralRadius).toBeCloseTo(1.5, 12);
});

test('a part gives the rows that the report prints of it', async () => {
  const { document } = parseHTML(await renderReport(facts, fixtureContext, { source, code }));
  const printed = new Map(
    [...document.querySelectorAll('#facts tr:not(.group)')].map((row) => [
      row.querySelector('.path')?.textContent,
      row.querySelector('.number')?.innerHTML,
    ]),
  );
  const data = liveData(facts, source);
  const rows = data.parts.flatMap(({ path }) => rowsFrom(data, path, valueAt(facts, path)));
  expect(rows.length).toBe(printed.size);
  for (const { path, value } of rows) expect(value.text).toBe(printed.get(path));
});

test('canonical JSON reads back: NaN, infinities, −0', () => {
  const odd = { a: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0], b: { number: 'two', c: 1 } };
  expect(readCanonical(canonicalJson(odd))).toEqual(odd);
});

test('a live report is one file that may run its own script and load nothing', async () => {
  const text = await renderReport(facts, fixtureContext, { source, code });
  const { document } = parseHTML(text);
  const scripts = [...document.querySelectorAll('script')];
  expect(scripts.map((one) => one.id)).toEqual(['live-data', 'live-core', '']);
  expect(scripts.some((one) => one.hasAttribute('src'))).toBe(false);
  const markup = text.replace(/<script.*?<\/script>/gs, '');
  expect(/<link|<iframe|<img|@import|url\(/i.exec(markup)).toBeNull();
  expect(/https?:\/\/.{30}/.exec(text.replaceAll('http://www.w3.org/2000/svg', ''))).toBeNull();
  const policy = document.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content') ?? '';
  const own = createHash('sha256').update(code.page).digest('base64');
  expect(policy).toBe(
    `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${own}'; worker-src blob:; base-uri 'none'; form-action 'none'`,
  );
  expect(/new Function|\bimport\(|fetch\(|XMLHttpRequest/.exec(code.page + code.worker)).toBeNull();
  for (const input of document.querySelectorAll('#live input')) {
    expect(document.querySelector(`label[for="${input.id}"]`)?.textContent).toMatch(/bias of the forget gate|spectral/);
    expect(document.getElementById(input.getAttribute('aria-describedby') ?? '')).not.toBeNull();
  }
  expect(text.length).toBeLessThan(1_000_000);
});

test('without scripts the report has none, and a policy that allows none', async () => {
  const text = await renderReport(facts, fixtureContext);
  expect(text).not.toMatch(/<script|id="live"|id="here"/);
  expect(text).toContain('default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; base-uri');
});

test('a script that would end the element it stands in is refused', async () => {
  const broken = { source, code: { ...code, worker: 'const text = "</script>";' } };
  await expect(renderReport(facts, fixtureContext, broken)).rejects.toThrow(
    'report: a script holds the end of a script.',
  );
});

test('what a page computes has the bits that browsers are held to', () => {
  expect(hashOfParts()).toBe(expectedHash);
});
