import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Contestant } from '../interleave.ts';

/** What a peer is asked to prepare. */
export interface PeerSetup {
  readonly kind: string;
  readonly B: number;
  readonly T: number;
  readonly I: number;
  readonly H: number;
  readonly dtype: string;
}

/** What a peer's step computes: to compare with ours. */
export interface PeerCheck {
  readonly id: number;
  readonly loss: number;
  readonly norm: number;
}

/** A peer in a process of its own, which runs when it is told to: one JSON line asks, one answers. */
export class LineServer {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  #asked: Promise<unknown> = Promise.resolve();

  constructor(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'ignore'] });
    this.#child.on('error', () => {}); // the answers end, which says it
    this.#child.stdin?.on('error', () => {}); // as above
    this.#answers = createInterface({ input: this.#child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator](); // a pipe, as asked for
  }

  /** The first line, by which it says that it is there; null when it cannot be started. */
  async hello(): Promise<{ readonly version: string } | null> {
    const { value, done } = await this.#answers.next();
    return done === true ? null : (JSON.parse(value) as { version: string }); // as both servers write it
  }

  ask(request: unknown): Promise<unknown> {
    const answer = this.#asked.then(async () => {
      this.#child.stdin?.write(`${JSON.stringify(request)}\n`);
      const { value, done } = await this.#answers.next();
      if (done === true) throw new Error(`a peer ended when it was asked ${JSON.stringify(request)}`);
      return JSON.parse(value) as unknown;
    });
    this.#asked = answer.catch(() => {});
    return answer;
  }

  /** Prepares a step; the contestant runs it. */
  async contestant(
    who: string,
    setup: PeerSetup,
  ): Promise<{ readonly contestant: Contestant; readonly check: PeerCheck }> {
    const check = (await this.ask({ setup })) as PeerCheck; // as both servers write it
    const run = async (times: number): Promise<readonly number[]> =>
      ((await this.ask({ run: times, id: check.id })) as { times: number[] }).times; // as above
    return { contestant: { who, run }, check };
  }

  stop(): void {
    this.#child.stdin?.end();
    this.#child.kill();
  }
}
