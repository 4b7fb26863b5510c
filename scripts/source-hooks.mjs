// Module hooks that run our TypeScript sources as they are: types are stripped, nothing else changes. (tsx would also keep
// the names of functions, at the price of a call whenever a closure is made, which is felt in every op.)
// What came of a text is kept, by the hash of the text: a command loads some seven hundred of them.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const { version } = createRequire(import.meta.url)('esbuild/package.json');
const kept = new URL('../node_modules/.cache/throughline-sources/', import.meta.url);

/** @type {import('node:module').LoadHook} */
export const load = async (url, context, next) => {
  if (!/^file:.*\.ts(\?|$)/.test(url) || url.includes('/node_modules/')) return next(url, context);
  const path = fileURLToPath(url);
  const text = await readFile(path, 'utf8');
  // The path is in the source map.
  const hash = createHash('sha256').update(`${version}\n${path}\n${text}`).digest('hex');
  const place = new URL(`${hash}.mjs`, kept);
  const source = await readFile(place, 'utf8').catch(() => strip(path, text, place));
  return { format: 'module', source, shortCircuit: true };
};

/** @param {string} path @param {string} text @param {URL} place */
async function strip(path, text, place) {
  const { transform } = await import('esbuild'); // seldom needed
  const { code } = await transform(text, {
    loader: 'ts',
    target: 'es2022',
    sourcefile: path,
    sourcemap: 'inline',
    sourcesContent: false,
  });
  await keep(code, place).catch(() => undefined); // a folder that cannot be written costs time, nothing else
  return code;
}

/** Whole or not at all: processes start side by side. @param {string} code @param {URL} place */
async function keep(code, place) {
  await mkdir(kept, { recursive: true });
  const own = new URL(`${process.pid}-${place.pathname.split('/').at(-1)}`, kept);
  await writeFile(own, code);
  await rename(own, place);
}
