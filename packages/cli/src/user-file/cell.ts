import { type AnyCell, gru, lstm, rnn } from '../index.ts';
import { explainFailure, UserFileError } from './errors.ts';
import { importUserFile, userPath } from './load.ts';

/** The cells that ship with us, by the name that the command line gives them. */
export const builtInCells: Readonly<Record<string, AnyCell>> = { rnn, lstm, gru };

/**
 * A cell by name, or from a file of the user's, whose default export it must be.
 * @throws UserFileError naming the file when it has no such export.
 */
export async function loadCell(name: string): Promise<AnyCell> {
  const known = Object.hasOwn(builtInCells, name) ? builtInCells[name] : undefined;
  if (known !== undefined) return known;
  const { default: cell, ...others } = await importUserFile(name);
  if (isCell(cell)) return guarded(cell, name);
  const hint = Object.entries(others).find(([, value]) => isCell(value))?.[0];
  const remedy = hint === undefined ? 'Write export default defineCell({ … }).' : `Write export default ${hint}.`;
  const what = cell === undefined ? 'it has no default export' : 'its default export is not a cell';
  throw new UserFileError(name, `${what}. ${remedy}`);
}

const isCell = (value: unknown): value is AnyCell =>
  typeof value === 'object' && value !== null && 'step' in value && 'stateNames' in value && 'init' in value;

/** The same cell; what its step throws names the file and the line. */
function guarded(cell: AnyCell, name: string): AnyCell {
  return Object.freeze({
    ...cell,
    step: (...args: Parameters<AnyCell['step']>) => {
      try {
        return cell.step(...args);
      } catch (error) {
        throw explainFailure(userPath(name), name, error);
      }
    },
    with: (...args: Parameters<AnyCell['with']>) => guarded(cell.with(...args), name),
  });
}
