// Module hooks that run our TypeScript sources as they are: types are stripped, nothing else changes. (tsx would also keep
// the names of functions, at the price of a call whenever a closure is made, which is felt in every op.)
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';

/** @type {import('node:module').LoadHook} */
export const load = async (url, context, next) => {
  if (!/^file:.*\.ts(\?|$)/.test(url) || url.includes('/node_modules/')) return next(url, context);
  const path = fileURLToPath(url);
  const { code } = await transform(await readFile(path, 'utf8'), {
    loader: 'ts',
    target: 'es2022',
    sourcefile: path,
    sourcemap: 'inline',
    sourcesContent: false,
  });
  return { format: 'module', source: code, shortCircuit: true };
};
