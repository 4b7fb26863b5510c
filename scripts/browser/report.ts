import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { root } from '../files.ts';
import { run } from '../run.ts';
import { flags } from './chromium.ts';

/** Sizes at which the page is done in a moment. */
const sizes = ['--h', '4', '--t', '12', '--seed', '5'];
const settings = { dtype: 'float64', hidden: 4, inputs: 2, steps: 12, batch: 2, seed: 5 };
const source = ['--conditions=@throughline/source', '--import', './scripts/source.mjs'];

/**
 * The report of `throughline check` as a reader opens it: from a file, in Chromium, asking nobody for anything. Its page
 * computes the facts again and finds them equal; a slider gives what Node computes for that setting; and of a report in
 * which one number was altered the page says so. What is wrong comes back as text.
 */
export async function checkReport(executablePath: string, folder: string, timeout: number): Promise<string[]> {
  const path = join(folder, 'report.html');
  run(process.execPath, [...source, 'packages/cli/src/bin.ts', 'check', '--no-train', ...sizes, '--report', path]);
  const browser = await chromium.launch({ executablePath, args: [...flags, `--crash-dumps-dir=${folder}`] });
  const problems: string[] = [];
  try {
    await inPage(browser, path, timeout, problems, async (page) => {
      const text = await barOf(page);
      if (!text.startsWith('Recomputed here: 13 of 13 equal')) problems.push(`the bar says: ${text}`);
      const marks = await page.locator('#facts .again').allTextContents();
      if (marks.length === 0 || marks.some((mark) => mark !== '≡')) problems.push(`marks: ${marks.join('')}`);
      for (const [knob, value] of [
        ['forget', 3],
        ['radius', 1.5],
      ] as const) {
        problems.push(...(await turnTo(page, knob, value)));
      }
    });
    for (const [what, altered] of alterations(readFileSync(path, 'utf8'))) {
      const wrong = join(folder, 'altered.html');
      writeFileSync(wrong, altered);
      await inPage(browser, wrong, timeout, problems, async (page) => {
        const text = await barOf(page);
        if (!text.startsWith('Recomputed here: 12 of 13 equal')) problems.push(`with ${what} altered: ${text}`);
      });
    }
  } finally {
    await browser.close();
  }
  return problems;
}

/** Opens a file in a fresh page, in which every request to elsewhere and every line of error is a problem. */
async function inPage(
  browser: Browser,
  path: string,
  timeout: number,
  problems: string[],
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ offline: true });
  const page = await context.newPage();
  page.setDefaultTimeout(timeout);
  page.on('pageerror', (error) => problems.push(error.stack ?? String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('request', (request) => {
    if (!/^(file|blob):/.test(request.url())) problems.push(`the page asked for ${request.url()}`);
  });
  try {
    await page.goto(pathToFileURL(path).href);
    await use(page);
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  } finally {
    await context.close();
  }
}

/** What the bar says when all is compared. */
async function barOf(page: Page): Promise<string> {
  await page.waitForFunction(() => document.querySelectorAll('#live .knob:not([aria-busy])').length === 2);
  await page.waitForSelector('#here[aria-busy=false]');
  return (await page.textContent('#here')) ?? '';
}

/** Moves a slider by its keys, and compares every number shown with Node's for that setting. */
async function turnTo(page: Page, knob: 'forget' | 'radius', value: number): Promise<string[]> {
  const before = await page.innerHTML(`[data-knob=${knob}] .curve`);
  await page.fill(`#knob-${knob}`, String(value));
  await page.waitForSelector(`[data-knob=${knob}][data-shown="${value}"]`);
  const expected = numbersOf(knob, value);
  const problems: string[] = [];
  for (const [name, number] of Object.entries(expected)) {
    const shown = await page.getAttribute(`[data-knob=${knob}] data[data-name=${name}]`, 'value');
    if (shown !== number) problems.push(`${knob} ${value}: ${name} is ${shown}, in Node ${number}`);
  }
  if ((await page.innerHTML(`[data-knob=${knob}] .curve`)) === before) problems.push(`${knob}: the curve stood still`);
  return problems;
}

/** The numbers of a setting as a Node of its own computes them. */
function numbersOf(knob: string, value: number): Record<string, string> {
  const script = `
    import { turn, turnBelt } from './packages/cli/src/report/live/turn.ts';
    const source = { settings: ${JSON.stringify(settings)}, beside: null };
    const { reach } = turn('${knob}', ${value}, source);
    const belt = turnBelt('${knob}', ${value}, source);
    const far = belt?.byDistance.at(-1);
    const all = { reach: reach.reach[source.settings.steps - 1], rate: reach.rate, spectral: reach.spectralRadius,
      singular: reach.largestSingularValue, slope: reach.meanTanhSlope, off: belt?.oneStepOff, belt: far?.belt, total: far?.total };
    const known = Object.entries(all).filter(([, number]) => typeof number === 'number');
    console.log(JSON.stringify(Object.fromEntries(known.map(([name, number]) => [name, String(number)]))));`;
  return JSON.parse(run(process.execPath, [...source, '--input-type=module', '--eval', script], { cwd: root }));
}

/** The report with one fact altered: a number that the table prints, and one that only a figure is drawn from. */
function alterations(report: string): [what: string, altered: string][] {
  const printed = report.replace(
    /(<td class="number">)([^<]*)((?:<sup>[^<]*<\/sup>)?<\/td><td class="path"><code>\.reach\[2\])/,
    (_, before, digits, after) => `${before}${digits === '0.5' ? '0.6' : '0.5'}${after}`,
  );
  const hidden = report.replace(
    /("path":"\.cells\[1\]\.figure"[^}]*"sha256":")(.)/,
    (_, before, digit) => `${before}${digit === '0' ? '1' : '0'}`,
  );
  if (printed === report || hidden === report) throw new Error('nothing was altered');
  return [
    ['a printed number', printed],
    ['a figure', hidden],
  ];
}
