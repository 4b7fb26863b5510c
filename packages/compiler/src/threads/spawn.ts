/** @file Starts one worker, in Node or in a page. */

/** A worker, whichever system it is of. */
export interface Thread {
  post(message: unknown): void;
  /** From now on it does not keep the process alive. */
  unref(): void;
  end(): Promise<unknown>;
}

/** A URL, or what `new URL` gives: not named, since declarations have to hold where there is no DOM. */
export type Address = string | { readonly href: string };

/** What a worker may tell of itself. */
export interface Listener {
  ready(): void;
  /** It has ended, or will do nothing more. */
  failed(error: Error): void;
}

interface NodeWorker {
  postMessage(message: unknown): void;
  unref(): void;
  terminate(): Promise<unknown>;
  on(event: string, listen: (value: unknown) => void): void;
}
interface NodeThreads {
  readonly Worker: new (url: URL | string, options: object) => NodeWorker;
}
// Pages have no `process`, and a static import of node:worker_threads would keep them from loading this file.
interface MaybeNode {
  readonly process?: { getBuiltinModule?(name: string): unknown };
}

const asError = (value: unknown): Error => (value instanceof Error ? value : new Error(String(value)));

/** Starts worker.js, or a copy of it at `url`. */
export function spawn(url: Address | undefined, listener: Listener): Thread {
  const { process } = globalThis as MaybeNode; // not among the types of a page
  const node = process?.getBuiltinModule?.('node:worker_threads') as NodeThreads | undefined; // as Node documents it
  return node ? spawnInNode(node, url, listener) : spawnInPage(url, listener);
}

function spawnInNode({ Worker }: NodeThreads, url: Address | undefined, { ready, failed }: Listener): Thread {
  // Loaders that the process was started with are not needed, and would only delay.
  const file = typeof url === 'string' ? url : new URL(url?.href ?? './worker.js', import.meta.url);
  const worker = new Worker(file, { execArgv: [] });
  worker.on('message', ready);
  worker.on('error', (error) => failed(asError(error)));
  worker.on('exit', (code) => failed(new Error(`it ended with code ${code}`)));
  return { post: (message) => worker.postMessage(message), unref: () => worker.unref(), end: () => worker.terminate() };
}

function spawnInPage(url: Address | undefined, { ready, failed }: Listener): Thread {
  // Bundlers look for exactly this expression.
  const worker = url
    ? new Worker(typeof url === 'string' ? url : url.href, { type: 'module' })
    : new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
  worker.onmessage = ready;
  worker.onerror = (event) => failed(new Error(event.message || 'its file could not be loaded'));
  worker.onmessageerror = () => failed(new Error('it could not read a message'));
  return {
    post: (message) => worker.postMessage(message),
    unref: () => undefined,
    end: async () => worker.terminate(),
  };
}
