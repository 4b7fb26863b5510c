// npm run test:browser [-- PART-OF-A-PATH]: every packages/*/src/**/*.browser.ts in a page of headless Chromium and in one
// of headless Firefox, served on loopback with shared memory, under a policy that forbids eval and every request to
// elsewhere. A case passes when its module loads and its default export, if it has one, resolves. The page's bundle is
// built from the sources. Last, the report of `throughline check` as it is opened from a file, in Chromium.
import { join } from 'node:path';
import { filesUnder, root } from '../files.ts';
import { findProgram, inTemporaryFolder } from '../run.ts';
import { runInChromium } from './chromium.ts';
import { runInFirefox } from './firefox.ts';
import { checkReport } from './report.ts';
import { serve } from './site.ts';

/** What a browser has to run, and whom it tells. */
export interface Problems {
  readonly count: number;
  /** For one case, in milliseconds. */
  readonly timeout: number;
  /** Of case number `at`: what is wrong, nothing if it passes. */
  report(at: number, problems: readonly string[]): void;
}

const timeout = 300_000;
const browsers = [
  { names: ['chromium', 'chromium-browser', 'google-chrome'], run: runInChromium },
  { names: ['firefox-esr', 'firefox'], run: runInFirefox },
];

const wanted = process.argv[2] ?? '';
const cases = filesUnder(join(root, 'packages')).filter(
  (path) => path.endsWith('.browser.ts') && path.includes(wanted),
);
const reportCase = 'scripts/browser/report.ts';
const withReport = reportCase.includes(wanted);
let failures = cases.length === 0 && !withReport ? 1 : 0;
if (failures) console.log(`no case matches "${wanted}"`);

for (const { names, run } of browsers) {
  const executable = findProgram(names);
  if (executable === undefined) {
    console.log(`skipped: no ${names[0]}`);
    if (process.env.CI) failures++;
    continue;
  }
  let passed = 0;
  const report = (at: number, problems: readonly string[]): void => {
    console.log(`${problems.length === 0 ? '✓' : '✗'} ${cases[at]}`);
    for (const problem of problems) console.log(`    ${problem}`);
    if (problems.length === 0) passed++;
  };
  await inTemporaryFolder(async (folder) => {
    const site = await serve(cases);
    try {
      if (cases.length > 0) await run(executable, folder, site, { count: cases.length, timeout, report });
    } finally {
      site.close();
    }
  });
  failures += cases.length - passed;
  console.log(`${passed} of ${cases.length} cases pass in ${executable}`);
}
const reader = findProgram(browsers[0]?.names ?? []);
if (withReport && reader !== undefined) {
  const problems = await inTemporaryFolder((folder) => checkReport(reader, folder, timeout));
  console.log(`${problems.length === 0 ? '✓' : '✗'} ${reportCase}`);
  for (const problem of problems) console.log(`    ${problem}`);
  if (problems.length > 0) failures++;
}
process.exitCode = failures === 0 ? 0 : 1;
