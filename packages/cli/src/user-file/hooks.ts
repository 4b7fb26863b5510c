// Module hooks for files of the user's: they run in Node's loader thread, so nothing here is shared with the command.
import { readFile } from 'node:fs/promises';
import type { InitializeHook, LoadHook, ResolveHook } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transform } from 'sucrase';

/** What `register` hands over. */
export interface HookData {
  /** URLs of our packages by bare specifier. */
  readonly ours: Readonly<Record<string, string>>;
  /** The folder our own sources lie in, when they run unbuilt: other loaders see to those. */
  readonly sources: string | null;
}

let data: HookData = { ours: {}, sources: null };

export const initialize: InitializeHook<HookData> = (given) => {
  data = given;
};

/** `throughline` is ours wherever the file lies. */
export const resolve: ResolveHook = (specifier, context, next) => {
  const url = data.ours[specifier];
  return next(url ?? specifier, context);
};

/** TypeScript without its types; lines stay where they are, so that errors name the user's line. */
export const load: LoadHook = async (url, context, next) => {
  const isOurs = data.sources !== null && url.startsWith(data.sources);
  if (isOurs || !/^file:.*\.[mc]?ts(\?|$)/.test(url)) return next(url, context);
  const path = fileURLToPath(url);
  const { code } = transform(await readFile(path, 'utf8'), {
    transforms: ['typescript'],
    disableESTransforms: true,
    filePath: path,
  });
  return { format: 'module', source: code, shortCircuit: true };
};
