// Module hooks that run our TypeScript sources as they are: types are stripped, nothing else changes. (tsx would also keep
// the names of functions, at the price of a call whenever a closure is made, which is felt in every op.)
// What came of a text is kept, by the hash of the text: a command loads some seven hundred of them. They are read at once
// rather than by promises, which take several times as long: this thread has nothing else to do.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const { version } = createRequire(import.meta.url)('esbuild/package.json');
const kept = fileURLToPath(new URL('../node_modules/.cache/throughline-sources', import.meta.url));

/** @type {import('node:module').LoadHook} */
export const load = async (url, context, next) => {
  if (!/^file:.*\.ts(\?|$)/.test(url) || url.includes('/node_modules/')) return next(url, context);
  const path = fileURLToPath(url);
  const text = readFileSync(path, 'utf8');
  // The path is in the source map.
  const hash = createHash('sha256').update(`${version}\n${path}\n${text}`).digest('hex');
  const source = find(hash) ?? (await strip(path, text, hash));
  return { format: 'module', source, shortCircuit: true };
};

/** @param {string} hash */
function find(hash) {
  try {
    return readFileSync(join(kept, `${hash}.mjs`), 'utf8');
  } catch {
    return undefined;
  }
}

/** @param {string} path @param {string} text @param {string} hash */
async function strip(path, text, hash) {
  const { transform } = await import('esbuild'); // seldom needed
  const { code } = await transform(text, {
    loader: 'ts',
    target: 'es2022',
    sourcefile: path,
    sourcemap: 'inline',
    sourcesContent: false,
  });
  try {
    keep(code, hash);
  } catch {
    // a folder that cannot be written costs time, nothing else
  }
  return code;
}

/** Whole or not at all: processes start side by side. @param {string} code @param {string} hash */
function keep(code, hash) {
  mkdirSync(kept, { recursive: true });
  const own = join(kept, `${process.pid}-${hash}.mjs`);
  writeFileSync(own, code);
  renameSync(own, join(kept, `${hash}.mjs`));
}
