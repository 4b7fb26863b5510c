import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

/** What a run of the command said. */
export interface Said {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A command line, and the folder that it is called from. */
export interface Request {
  readonly folder: string;
  readonly words: readonly string[];
}

/** Ends what a command said, on each stream. */
export const ended = '\0ended\0';

/** The environment without what is the test run's own. */
export function environment(): NodeJS.ProcessEnv {
  const { INIT_CWD: _, NODE_OPTIONS: __, NODE_TEST_CONTEXT: ___, ...env } = process.env;
  return env;
}

/** A process that runs command lines one after another; it begins with the first, and ends with ours. */
export class SharedProcess {
  readonly #start: () => Started;
  #started: Started | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(program: string, flags: readonly string[]) {
    this.#start = () => startProcess(program, flags);
  }

  run(request: Request): Promise<Said> {
    const said = this.#last.then(() => this.#ask(request));
    this.#last = said.catch(() => undefined);
    return said;
  }

  async #ask(request: Request): Promise<Said> {
    this.#started ??= this.#start();
    const { child, out, err, gone } = this.#started;
    const answer = Promise.all([textOf(out), textOf(err), once(child, 'message')]);
    child.send(request);
    const [said, complained, [code]] = await Promise.race([answer, gone]);
    return { code, out: said, err: complained };
  }
}

interface Started {
  readonly child: ChildProcess;
  readonly out: Readable;
  readonly err: Readable;
  /** Rejects when the process ends. */
  readonly gone: Promise<never>;
}

function startProcess(program: string, flags: readonly string[]): Started {
  const child = fork(program, { execArgv: [...flags], env: environment(), silent: true });
  const { stdout: out, stderr: err } = child;
  if (out === null || err === null) throw new Error('a silent child has streams');
  for (const stream of [out, err]) stream.setEncoding('utf8');
  const gone = once(child, 'exit').then(([code]) => {
    throw new Error(`the process of the commands ended with ${code}`);
  });
  return { child, out, err, gone };
}

/** What comes until a command has ended. */
function textOf(stream: Readable): Promise<string> {
  let text = '';
  return new Promise((resolve) => {
    const add = (more: string): void => {
      text += more;
      if (!text.endsWith(ended)) return;
      stream.off('data', add);
      resolve(text.slice(0, -ended.length));
    };
    stream.on('data', add);
  });
}
