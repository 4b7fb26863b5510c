import { type Browser, chromium } from 'playwright-core';
import type { Problems } from './main.ts';
import type { Site } from './site.ts';

export const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Runs each case in a fresh page, in which every request to elsewhere and every line of error is a problem. */
export async function runInChromium(
  executablePath: string,
  profile: string,
  site: Site,
  { count, timeout, report }: Problems,
) {
  const browser = await chromium.launch({ executablePath, args: [...flags, `--crash-dumps-dir=${profile}`] });
  try {
    for (let at = 0; at < count; at++) report(at, await tryCase(browser, site, at, timeout));
  } finally {
    await browser.close();
  }
}

/** What is wrong when the case runs in a fresh page; nothing when it passes. */
async function tryCase(browser: Browser, site: Site, at: number, timeout: number): Promise<string[]> {
  const problems: string[] = [];
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(timeout);
  page.on('pageerror', (error) => problems.push(error.stack ?? String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  await context.route('**', (route) => {
    const url = route.request().url();
    if (url.startsWith(site.origin)) return route.continue();
    problems.push(`the page asked for ${url}`);
    return route.abort();
  });
  const told = new Promise<void>((resolve) => {
    const timer = setTimeout(() => {
      problems.push(`took longer than ${timeout} ms`);
      resolve();
    }, timeout);
    site.onResult = (_, problem) => {
      if (problem !== '') problems.push(problem);
      clearTimeout(timer);
      resolve();
    };
  });
  try {
    // Its last act is to go to the next page, which this one is not for.
    await page.route(site.page(at + 1), (route) => route.abort());
    await page.goto(site.page(at));
    await told;
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  } finally {
    await context.close();
  }
  return problems;
}
