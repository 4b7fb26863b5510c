import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readRecord } from '../lesson/record.ts';
import { alone, command, inFolder, start } from '../testing/command.ts';

const slow = { timeout: 120_000 };

test('lesson lists the claims, measures one, and draws it', slow, () =>
  inFolder(async (folder) => {
    const [list, one, none, few] = await Promise.all([
      command(folder, 'lesson'),
      command(folder, 'lesson', '0', '--quick', '--json', '--report', 'page.html'),
      alone(folder, 'lesson', '0', '77'),
      command(folder, 'lesson', '0', '--quick', '--seeds', '2', '--report', '.'),
    ]);
    expect(list.code).toBe(0);
    expect(list.out).toMatch(/^ 0 {2}Training unrolls the net/);
    expect(one.code).toBe(0);
    expect(readRecord(one.out)).toMatchObject({ claim: 0, verdict: 'holds', seeds: [1, 2, 3, 4, 5] });
    const page = readFileSync(join(folder, 'page.html'), 'utf8');
    expect(page).toMatch(/^<!doctype html>.*<svg.*<\/html>\n$/s);
    expect(page.replaceAll('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(/https?:\/\/|<script|<link|<img/);
    expect(none).toMatchObject({ code: 2, out: '' });
    expect(none.err).toMatch(/^throughline: lesson has no claim 77\. Claims are 0[^;]*; or all\.\n$/);
    expect(few.code).toBe(1);
    expect(few.out).toContain('no verdict: 2 of at least 5 seeds');
    expect(existsSync(join(folder, 'throughline-lesson.html'))).toBe(true);
  }),
);

test('Ctrl-C keeps what was measured', slow, () =>
  inFolder(async (folder) => {
    const { child, said } = start(folder, 'lesson', '0', '--seeds', '1000', '--json');
    if (child.stderr !== null) await once(child.stderr, 'data'); // it has begun
    child.kill('SIGINT');
    const { code, out } = await said;
    expect(code).toBe(130);
    const { seeds, measured } = readRecord(out);
    expect(seeds.length).toBeLessThan(1000);
    expect(measured.length).toBe(seeds.length);
  }),
);
