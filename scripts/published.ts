import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './files.ts';

export interface PublishedPackage {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly bin: readonly string[];
}

/** The packages of the workspace that are not private. */
export function publishedPackages(): PublishedPackage[] {
  return readdirSync(join(root, 'packages'))
    .map((entry) => join(root, 'packages', entry))
    .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) }))
    .filter(({ manifest }) => manifest.private !== true)
    .map(({ folder, manifest: { name, version, exports, publishConfig } }) => ({
      folder,
      name,
      version,
      exports,
      bin: Object.keys(publishConfig?.bin ?? {}),
    }));
}
