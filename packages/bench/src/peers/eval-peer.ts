/** What a tool returned, and the seconds of each run. */
export interface Answer {
  readonly output: unknown;
  readonly times: readonly number[];
}

/** Another tool that answers GradBench's evals. */
export interface EvalPeer {
  readonly who: string;
  has(module: string): boolean;
  ask(module: string, name: string, input: Readonly<Record<string, unknown>>, runs: number): Promise<Answer>;
  stop(): void;
}
