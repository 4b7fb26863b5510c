// npm run size: what a page downloads, in bytes after minifying and gzip −9 of bundles made from the sources, against ceilings.
// With --files: the largest files of the compiler.
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { root } from './files.ts';

/** One question about size. A ceiling is raised only by an issue that says so. */
interface Budget {
  readonly name: string;
  readonly contents: string;
  /** Imports that are left as they are, and not counted. */
  readonly external?: readonly string[];
  readonly ceiling?: { readonly bytes: number; readonly reason: string };
}

const all = (...names: readonly string[]): string =>
  names.map((name) => `export * from './packages/${name}/src/index.ts';`).join('\n');

const page = `
import { grad } from './packages/autograd/src/index.ts';
import { lstm, unroll } from './packages/rnn/src/index.ts';
export const gradient = grad((w, xs) => unroll(lstm, w, xs).out.mean());`;

const budgets: readonly Budget[] = [
  { name: 'tensor', contents: all('tensor') },
  { name: 'tensor + autograd', contents: all('tensor', 'autograd') },
  {
    name: 'tensor + autograd + rnn',
    contents: all('tensor', 'autograd', 'rnn'),
    ceiling: {
      bytes: 60_000,
      reason:
        'about a second on a slow phone connection (0.5 Mbit/s): a page that teaches a cell should not make its reader wait longer for the library',
    },
  },
  {
    name: 'one cell, unroll and grad',
    contents: page,
    ceiling: {
      bytes: 52_000,
      reason:
        'what a bundler can leave out is the other cells, layers and transforms; every primitive stays, since the registry knows all by name. A little above what it took when it was first measured',
    },
  },
  {
    name: 'compiler',
    contents: all('compiler'),
    // tensor and autograd are counted above; a page that compiles has them already
    external: ['@throughline/*'],
    ceiling: {
      bytes: 45_000,
      reason: 'a page that compiles should not download twice of what one that interprets does',
    },
  },
];

interface Size {
  readonly minified: number;
  readonly zipped: number;
  /** Minified bytes by file. */
  readonly files: readonly (readonly [path: string, bytes: number])[];
}

async function measure({ contents, external = [] }: Budget): Promise<Size> {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    external: [...external],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['@throughline/source'],
    logLevel: 'error',
  });
  const bytes = outputFiles[0]?.contents ?? new Uint8Array();
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  const files = inputs.map(([path, { bytesInOutput }]) => [path, bytesInOutput] as const);
  return {
    minified: bytes.length,
    zipped: gzipSync(bytes, { level: 9 }).length,
    files: files.sort(([, a], [, b]) => b - a),
  };
}

const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;

for (const budget of budgets) {
  const { minified, zipped, files } = await measure(budget);
  const { name, ceiling } = budget;
  console.log(
    `${name.padEnd(26)} ${kilobytes(minified).padStart(9)} minified ${kilobytes(zipped).padStart(9)} gzip` +
      (ceiling ? `   ceiling ${kilobytes(ceiling.bytes)}` : ''),
  );
  if (process.argv.includes('--files') && name === 'compiler')
    for (const [path, bytes] of files.slice(0, 40)) console.log(`${kilobytes(bytes).padStart(36)} ${path}`);
  if (ceiling && zipped > ceiling.bytes) {
    console.error(`size: ${name} takes ${kilobytes(zipped)}, over its ceiling: ${ceiling.reason}.`);
    process.exitCode = 1;
  }
}
