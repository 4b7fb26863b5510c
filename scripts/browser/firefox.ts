import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Problems } from './main.ts';
import type { Site } from './site.ts';

/** Nothing that would make it talk to anyone, or ask anything, at its first start. */
const preferences = {
  'app.normandy.enabled': false,
  'app.update.enabled': false,
  'browser.aboutwelcome.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'datareporting.policy.dataSubmissionEnabled': false,
  'dom.max_script_run_time': 0,
  'extensions.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'http://127.0.0.1:9/',
  'toolkit.telemetry.enabled': false,
};

/** Runs the cases one after another in one Firefox, started by command line: each page tells, and goes to the next. */
export async function runInFirefox(
  executable: string,
  folder: string,
  site: Site,
  { count, timeout, report }: Problems,
) {
  const profile = join(folder, 'firefox');
  mkdirSync(profile);
  const lines = Object.entries(preferences).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`);
  writeFileSync(join(profile, 'user.js'), lines.join(''));
  for (let next = 0; next < count; ) next = await runFrom(next);

  /** Starts a browser at a case; resolves to the first that it did not come to, when it is silent for too long. */
  async function runFrom(first: number): Promise<number> {
    const args = ['--headless', '--no-remote', '--profile', profile, site.page(first)];
    // A group of its own, so that all its processes can be ended together.
    const browser = spawn(executable, args, { stdio: 'ignore', detached: true, env: { ...process.env, HOME: folder } });
    const ended = new Promise((resolve) => browser.once('exit', resolve));
    try {
      return await new Promise<number>((resolve, reject) => {
        let at = first;
        const silent = (): void => {
          report(at, [`took longer than ${timeout} ms`]);
          resolve(at + 1);
        };
        let timer = setTimeout(silent, timeout);
        browser.once('error', reject);
        browser.once('exit', (code) => reject(new Error(`${executable} ended with ${code}`)));
        site.onResult = (told, problem) => {
          if (told !== at) return;
          clearTimeout(timer);
          report(at, problem === '' ? [] : [problem]);
          at++;
          if (at === count) resolve(count);
          else timer = setTimeout(silent, timeout);
        };
      });
    } finally {
      if (browser.pid !== undefined && browser.exitCode === null) process.kill(-browser.pid, 'SIGKILL');
      await ended;
    }
  }
}
