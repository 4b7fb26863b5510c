// Every cell file of this folder, and of the other examples, obeys every law: a new cell is one file, dropped here. Other
// folders: CELLS=path/to/folder npx vitest run examples/cells
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type CheckCellOptions, checkCell } from '@throughline/rnn/testing';
import { type AnyCell, compile } from 'throughline';
import { expect, test } from 'vitest';

/** What a cell file exports: the cell, and at what it is to be tried, if its extents are bound to each other. */
interface CellFile {
  readonly default: AnyCell;
  readonly options?: CheckCellOptions;
}

const here = import.meta.dirname;
const folders = process.env.CELLS === undefined ? [here, join(here, '../custom-cell')] : [resolve(process.env.CELLS)];
const files = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => /\.[cm]?[jt]s$/.test(name) && !/\.test\.|^main\./.test(name))
    .map((name) => join(folder, name)),
);

test.each(files)('%s', async (file) => {
  const { default: cell, options }: CellFile = await import(/* @vite-ignore */ pathToFileURL(file).href);
  const report = checkCell(cell, { ...options, compile });
  expect(report.holds, String(report)).toBe(true);
  expect(report.findings.filter(({ verdict }) => verdict === 'holds').length).toBeGreaterThanOrEqual(8);
});

test.runIf(process.env.CELLS === undefined)(
  'cells of this folder: nested states, an integer state, a loop inside',
  () => {
    expect(files.map((file) => file.slice(here.length + 1))).toEqual(
      expect.arrayContaining(['clockwork.ts', 'lookup.ts', 'settling.ts']),
    );
  },
);
