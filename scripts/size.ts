// npm run size: what a page downloads for tensor, autograd and rnn together, if it uses every name of them.
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { root } from './files.ts';

const packages = ['tensor', 'autograd', 'rnn'];
/**
 * In bytes after gzip −9. 60 kB is about a second on a slow phone connection (0.5 Mbit/s); a page that teaches or
 * demonstrates a cell should not make its reader wait longer than that for the library.
 */
const ceiling = 60_000;

/** Bytes after minifying and gzip −9 of all names of these packages, bundled from the sources. */
async function measure(names: readonly string[]): Promise<{ minified: number; zipped: number }> {
  const contents = names.map((name) => `export * from './packages/${name}/src/index.ts';`).join('\n');
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['@throughline/source'],
    logLevel: 'error',
  });
  const bytes = outputFiles[0]?.contents ?? new Uint8Array();
  return { minified: bytes.length, zipped: gzipSync(bytes, { level: 9 }).length };
}

const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
for (let count = 1; count <= packages.length; count++) {
  const names = packages.slice(0, count);
  const { minified, zipped } = await measure(names);
  const last = count === packages.length;
  console.log(
    `${names.join(' + ').padEnd(24)} ${kilobytes(minified).padStart(9)} minified ${kilobytes(zipped).padStart(9)} gzip` +
      (last ? `   ceiling ${kilobytes(ceiling)}` : ''),
  );
  if (last && zipped > ceiling) {
    console.error(`size: ${kilobytes(zipped)} is over the ceiling.`);
    process.exitCode = 1;
  }
}
