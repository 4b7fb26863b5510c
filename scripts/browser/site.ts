import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../files.ts';

/** Nothing may be evaluated but WebAssembly, and nothing asked for elsewhere; shared memory takes the two last. */
const headers = {
  'content-security-policy':
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/** Runs the case that the page's address names, and tells the server how it went. Then it is the next one's turn. */
const runner = `
  const at = Number(location.pathname.slice('/page/'.length));
  const tell = (problem) => fetch('/result/' + at, { method: 'POST', body: problem });
  addEventListener('error', (event) => tell(event.error?.stack ?? event.message));
  addEventListener('unhandledrejection', (event) => tell(event.reason?.stack ?? String(event.reason)));
  import('/case-' + at + '.js')
    .then(({ default: run }) => typeof run === 'function' ? run() : undefined)
    .then(() => '', (error) => error + '\\n' + error?.stack)
    .then(tell)
    .then((answer) => answer.text())
    .then((next) => { if (next) location.href = next; });
`;

/** A loopback server of pages that run one case each. */
export interface Site {
  readonly origin: string;
  /** Where the case's page is. */
  page(at: number): string;
  /** What a page told of a case; '' if all is well. */
  onResult: (at: number, problem: string) => void;
  close(): void;
}

/** Serves `/page/0`, `/page/1`, … for the cases in these files, bundled from the sources when they are asked for. */
export async function serve(cases: readonly string[]): Promise<Site> {
  const server = createServer(async (request, response) => {
    const reply = (type: string, text: string): void => {
      response.writeHead(200, { ...headers, 'content-type': `${type}; charset=utf-8` });
      response.end(text);
    };
    const [, part = '', at = ''] = /^\/(page\/|case-|result\/|worker|run)(\d*)/.exec(request.url ?? '') ?? [];
    try {
      if (part === 'page/')
        reply('text/html', '<!doctype html><title>throughline</title><script src="/run.js"></script>');
      else if (part === 'run') reply('text/javascript', runner);
      else if (part === 'worker') reply('text/javascript', readFileSync(workerFile, 'utf8'));
      else if (part === 'case-') reply('text/javascript', await bundle(cases[Number(at)] ?? ''));
      else if (part === 'result/') {
        site.onResult(Number(at), await bodyOf(request));
        reply('text/plain', Number(at) + 1 < cases.length ? `/page/${Number(at) + 1}` : '');
      } else reply('text/html', '');
    } catch (error) {
      response.writeHead(500, headers).end(String(error));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // a TCP server has a port
  const site: Site = {
    origin,
    page: (at) => `${origin}/page/${at}`,
    onResult: () => {},
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  return site;
}

// Beside the bundle, where new URL('./worker.js', import.meta.url) looks for it: esbuild leaves that expression alone.
const workerFile = join(root, 'packages/compiler/src/threads/worker.js');

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

async function bundle(path: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [path],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    conditions: ['@throughline/source'],
    sourcemap: 'inline',
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}
