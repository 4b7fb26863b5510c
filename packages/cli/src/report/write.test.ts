import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Files, ReportError, writeReport } from './write.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'report-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const failure = (code: string): Error => Object.assign(new Error(`${code}: made up`), { code });
const files: Files = { open, rename, rm };

test('a report is written whole, over an older one, and nothing else is left', async () => {
  const path = join(folder, 'report.html');
  await writeReport(path, 'old');
  await writeReport(path, 'new ∂');
  expect(await readFile(path, 'utf8')).toBe('new ∂');
  expect(await readdir(folder)).toEqual(['report.html']);
});

test('a missing folder is named', async () => {
  const path = join(folder, 'none', 'report.html');
  await expect(writeReport(path, 'x')).rejects.toThrow(
    `report: cannot write ${path}: the folder ${join(folder, 'none')} does not exist. Create it first.`,
  );
});

test('a file where the folder should be is named', async () => {
  await writeFile(join(folder, 'file'), '');
  const path = join(folder, 'file', 'report.html');
  await expect(writeReport(path, 'x')).rejects.toThrow(
    `report: cannot write ${path}: ${join(folder, 'file')} is not a folder.`,
  );
});

test('a folder in the way is named, and no temporary file is left', async () => {
  const path = join(folder, 'report.html');
  await mkdir(path);
  await expect(writeReport(path, 'x')).rejects.toThrow(
    `report: cannot write ${path}: a folder of that name is in the way.`,
  );
  expect(await readdir(folder)).toEqual(['report.html']);
});

// The super-user may write into a folder whose mode forbids it, so the refusals are made up.
test.each([
  ['EACCES', (at: string) => `no permission to write in ${at}. Run the command from a folder of your own.`],
  ['EPERM', (at: string) => `no permission to write in ${at}. Run the command from a folder of your own.`],
  ['EROFS', (at: string) => `${at} is read-only. Run the command from a folder that can be written.`],
  ['EIO', () => 'EIO: made up.'],
])('%s when opening', async (code, reason) => {
  const path = join(folder, 'report.html');
  const refusing: Files = { ...files, open: () => Promise.reject(failure(code)) };
  await expect(writeReport(path, 'x', refusing)).rejects.toThrow(`report: cannot write ${path}: ${reason(folder)}`);
});

test.each(['ENOSPC', 'EDQUOT'])(
  '%s while writing keeps the old report and leaves no half-written one',
  async (code) => {
    const path = join(folder, 'report.html');
    await writeFile(path, 'old');
    const full: Files = {
      ...files,
      open: async (...args) => {
        const handle = await open(...args);
        const write = handle.writeFile.bind(handle);
        handle.writeFile = async (data, options) => {
          await write(String(data).slice(0, 3), options);
          throw failure(code);
        };
        return handle;
      },
    };
    const attempt = writeReport(path, 'a long report', full);
    await expect(attempt).rejects.toBeInstanceOf(ReportError);
    await expect(attempt).rejects.toThrow(/Nothing was changed; free some space and run the command again\.$/);
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['report.html']);
  },
);

test('when the temporary file cannot be removed either, the first failure is the one reported', async () => {
  const path = join(folder, 'report.html');
  const broken: Files = {
    ...files,
    rename: () => Promise.reject(failure('ENOSPC')),
    rm: () => Promise.reject(failure('EIO')),
  };
  await expect(writeReport(path, 'x', broken)).rejects.toThrow('no space is left on the disk');
});
