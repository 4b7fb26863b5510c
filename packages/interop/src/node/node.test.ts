import { execFileSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tensor } from '@throughline/tensor';
import { afterAll, expect, test } from 'vitest';
import { type Disk, replaceFile } from './files.ts';
import { loadNpy, loadSafetensors, saveNpy, saveSafetensors } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'interop-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);
const message = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    return (error as Error).message.replaceAll(folder, 'FOLDER');
  }
  return 'no error';
};

test('saved and loaded, and again over what is there', () => {
  saveSafetensors(at('a.safetensors'), { w: tensor([1]) });
  saveSafetensors(at('a.safetensors'), { w: tensor([2]) }, { metadata: { is: 'new' } });
  expect([
    String(loadSafetensors(at('a.safetensors')).tensors.w),
    loadSafetensors(at('a.safetensors')).metadata,
  ]).toEqual(['f64[1] [2]', { is: 'new' }]);
  saveNpy(at('a.npy'), tensor([[1, 2]]));
  expect(String(loadNpy(at('a.npy')))).toBe('f64[1,2] [[1, 2]]');
  expect(readdirSync(folder).sort()).toEqual(['a.npy', 'a.safetensors']);
});

test('what cannot be read or written says so, and of which file', () => {
  writeFileSync(at('cut.safetensors'), readFileSync(at('a.safetensors')).subarray(0, 20));
  expect(message(() => loadSafetensors(at('cut.safetensors')))).toMatch(
    /^FOLDER\/cut.safetensors: byte 0: the header should have \d+ bytes, but the file has 20 bytes\. It is cut off, or no \.safetensors file\.$/,
  );
  expect(message(() => loadNpy(at('none.npy')))).toBe('FOLDER/none.npy: there is no such file. Check the path.');
  expect(message(() => loadNpy(folder))).toBe('FOLDER: is a folder, not a file. Name a file in it.');
  expect(message(() => saveNpy(at('none/a.npy'), tensor(1)))).toBe(
    'FOLDER/none/a.npy: cannot be written: the folder does not exist. What was there before is as it was.',
  );
});

test('a disk that is full: the old file stays, and nothing else is left', () => {
  const before = readFileSync(at('a.npy'));
  const written: string[] = [];
  const full: Disk = {
    openSync: () => 3,
    writeSync(_, bytes, offset) {
      if (offset > 0) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      return Math.ceil(bytes.length / 2);
    },
    fsyncSync: () => undefined,
    closeSync: () => void written.push('closed'),
    renameSync: () => void written.push('renamed'),
    unlinkSync: () => void written.push('removed'),
  };
  expect(message(() => replaceFile(at('a.npy'), new Uint8Array(10), full))).toBe(
    'FOLDER/a.npy: cannot be written: the disk is full. What was there before is as it was.',
  );
  expect(written).toEqual(['closed', 'removed']);
  expect(readFileSync(at('a.npy'))).toEqual(before);
});

test.skipIf(process.platform === 'win32')('a link stays one, and a pipe is refused rather than replaced', () => {
  symlinkSync('a.npy', at('link.npy'));
  saveNpy(at('link.npy'), tensor([5]));
  expect(lstatSync(at('link.npy')).isSymbolicLink()).toBe(true);
  expect(String(loadNpy(at('a.npy')))).toBe('f64[1] [5]');
  execFileSync('mkfifo', [at('pipe')]);
  expect(message(() => saveNpy(at('pipe'), tensor([5])))).toBe(
    'FOLDER/pipe: is a device or a pipe, which a file would replace. Name a file.',
  );
  expect(lstatSync(at('pipe')).isFIFO()).toBe(true);
});
