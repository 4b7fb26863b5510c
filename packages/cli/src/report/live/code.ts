import { readFile } from 'node:fs/promises';

/** The two scripts of a live report, bundled: what the page runs, and what its worker does. */
export interface LiveCode {
  readonly page: string;
  readonly worker: string;
}

/** Built packages carry the bundles; in the workspace they are made from the sources as they stand, in a moment. */
export async function loadLiveCode(): Promise<LiveCode> {
  if (import.meta.url.endsWith('.ts')) {
    const script = new URL('../../../../../scripts/live.ts', import.meta.url).href;
    const { bundleLive } = (await import(script)) as { bundleLive(): Promise<LiveCode> }; // what that script exports
    return await bundleLive();
  }
  const read = (name: string): Promise<string> => readFile(new URL(`../../live/${name}.js`, import.meta.url), 'utf8');
  return { page: await read('page'), worker: await read('worker') };
}
