// npm run test:browser: every packages/*/src/**/*.browser.ts in a page of headless Chromium, served on loopback under a
// policy that forbids eval and every request to elsewhere. A case passes when its module loads and its default export,
// if it has one, resolves. The page's bundle is built from the sources.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { type Browser, chromium } from 'playwright-core';
import { filesUnder, root } from '../files.ts';
import { findProgram, inTemporaryFolder } from '../run.ts';

const policy = "default-src 'none'; script-src 'self'; connect-src 'self'; worker-src 'self'";
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const caseTimeout = 60_000;

const executablePath = findProgram(['chromium', 'chromium-browser', 'google-chrome']);
if (executablePath === undefined) {
  console.log('skipped: no chromium');
  process.exit(process.env.CI ? 1 : 0);
}

const scripts = new Map<string, string>();
const wanted = process.argv[2] ?? '';
const cases = filesUnder(join(root, 'packages')).filter(
  (path) => path.endsWith('.browser.ts') && path.includes(wanted),
);
let failures = cases.length === 0 ? 1 : 0;
if (failures) console.log(`no case matches "${wanted}"`);

await inTemporaryFolder(async (profile) => {
  const server = createServer((request, response) => {
    const script = scripts.get(request.url ?? '');
    const type = script === undefined ? 'text/html' : 'text/javascript';
    response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'content-security-policy': policy });
    response.end(script ?? '<!doctype html><title>throughline</title>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server has a port
  const browser = await chromium.launch({ executablePath, args: [...flags, `--crash-dumps-dir=${profile}`] });
  try {
    for (const path of cases) {
      const problems = await tryCase(browser, `http://127.0.0.1:${port}`, path);
      console.log(`${problems.length === 0 ? '✓' : '✗'} ${path}`);
      for (const problem of problems) console.log(`    ${problem}`);
      if (problems.length > 0) failures++;
    }
  } finally {
    await browser.close();
    server.close();
  }
});
console.log(`${cases.length - failures} of ${cases.length} cases pass in ${executablePath}`);
process.exitCode = failures === 0 ? 0 : 1;

/** What is wrong when the case runs in a fresh page; nothing when it passes. */
async function tryCase(browser: Browser, origin: string, path: string): Promise<string[]> {
  const problems: string[] = [];
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(caseTimeout);
  page.on('pageerror', (error) => problems.push(error.stack ?? String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  await context.route('**', (route) => {
    const url = route.request().url();
    if (url.startsWith(origin)) return route.continue();
    problems.push(`the page asked for ${url}`);
    return route.abort();
  });
  try {
    scripts.set('/case.js', await bundle(path));
    await page.goto(`${origin}/`);
    const result = await Promise.race([
      page.evaluate(async () => {
        const address = '/case.js';
        const { default: run } = await import(address);
        if (typeof run === 'function') await run();
      }),
      new Promise<string>((resolve) => setTimeout(resolve, caseTimeout, `took longer than ${caseTimeout} ms`).unref()),
    ]);
    if (result !== undefined) problems.push(result);
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  } finally {
    await context.close();
  }
  return problems;
}

async function bundle(path: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [path],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    conditions: ['@throughline/source'],
    sourcemap: 'inline',
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}
