import type { AnyCell } from '@throughline/rnn';
import { UserFileError } from '../user-file/errors.ts';
import { importUserFile } from '../user-file/load.ts';
import { claimsOf } from './claims.ts';
import type { CheckOptions } from './options.ts';
import { countParameters } from './parameters.ts';
import { inputs } from './probe.ts';
import { builtInSubjects, type Subject, userSubjects } from './subjects.ts';

/** The cells to check: those of Throughline, or the one that a file exports, with an LSTM beside it. */
export async function loadSubjects({ file, hidden, steps }: CheckOptions): Promise<Subject[]> {
  if (file === null) return builtInSubjects(hidden, steps);
  const module = await importUserFile(file);
  const cell = cellOf(file, module);
  const [own, ...others] = userSubjects(cell, countParameters(cell, hidden).numbers, inputs, hidden, steps);
  const claims = claimsOf(file, module);
  return own === undefined || claims.length === 0
    ? [...(own ? [own] : []), ...others]
    : [{ ...own, claims }, ...others];
}

function cellOf(file: string, module: Readonly<Record<string, unknown>>): AnyCell {
  const { default: cell } = module;
  if (isCell(cell)) return cell;
  const named = Object.entries(module).filter(([, value]) => isCell(value));
  const remedy = 'Write export default defineCell({ … }).';
  if (cell !== undefined) throw new UserFileError(file, `the default export is ${typeof cell}, not a cell. ${remedy}`);
  const hint =
    named.length === 0 ? remedy : `It exports the cell ${named[0]?.[0]}: write export default ${named[0]?.[0]}.`;
  throw new UserFileError(file, `has no default export. ${hint}`);
}

const isCell = (value: unknown): value is AnyCell =>
  typeof value === 'object' && value !== null && 'step' in value && 'stateNames' in value && 'init' in value;
