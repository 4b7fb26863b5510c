import { UsageError } from '../usage.ts';

/** Checks the name of a new cell: it becomes the names of files and of a cell. */
export function checkName(name: string): string {
  if (/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) return name;
  if (name === '') throw new UsageError('new: the name is empty. Give one such as my-cell.');
  if (/[/\\]/.test(name)) {
    throw new UsageError(
      `new: "${name}" is a path. Give a name alone, such as ${suggest(name)}; the files go into the folder it is called from.`,
    );
  }
  throw new UsageError(
    `new: "${name}" is not lower-case words joined by hyphens, starting with a letter. Try ${suggest(name)}.`,
  );
}

/** The nearest name that is allowed. */
function suggest(name: string): string {
  const last = name.split(/[/\\]/).filter(Boolean).at(-1) ?? '';
  const words = last
    .replace(/\.[mc]?[jt]s$/, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '');
  return words === '' ? 'my-cell' : words;
}
