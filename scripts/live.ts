import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from './files.ts';

/** The scripts of a live report (packages/cli/src/report/live), each one file without imports, made from the sources. */
export async function bundleLive(): Promise<{ page: string; worker: string }> {
  const [page, worker] = await Promise.all(['page', 'worker'].map(bundle));
  return { page: page ?? '', worker: worker ?? '' };
}

async function bundle(name: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [join(root, `packages/cli/src/report/live/${name}.ts`)],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    conditions: ['@throughline/source'],
    // Charts that Node has drawn; the page draws its own.
    external: ['@observablehq/plot', 'linkedom'],
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}
