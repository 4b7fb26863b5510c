import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** The repository's root folder. */
export const root = join(import.meta.dirname, '..');

const generated = new Set(['node_modules', 'dist', 'coverage', '.git']);

/** Every file of the repository that is not generated, as paths from the root with forward slashes, sorted. */
export function filesUnder(folder = root): string[] {
  const found: string[] = [];
  const walk = (at: string): void => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      if (generated.has(entry.name)) continue;
      const path = join(at, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile()) found.push(relative(root, path).split(sep).join('/'));
    }
  };
  walk(folder);
  return found.sort();
}
