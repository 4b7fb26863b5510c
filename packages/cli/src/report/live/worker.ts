// The worker of a live report: the core itself, bundled into the HTML file as text and started from there.
import { canonicalJson } from '../canonical.ts';
import type { Answer, Request } from './messages.ts';
import { sha256 } from './sha256.ts';
import { liveParts } from './source.ts';
import { turn, turnBelt } from './turn.ts';

/** What a worker's global scope has, which the types of a page do not know. */
interface WorkerScope {
  onmessage: (event: { readonly data: Request }) => void;
  postMessage(answer: Answer): void;
}

const scope = globalThis as unknown as WorkerScope; // this file runs in a worker
const latest = { forget: 0, radius: 0 };

scope.onmessage = ({ data }) => {
  if (data.type === 'recompute') recompute(data);
  else void follow(data);
};

function recompute({ source }: Extract<Request, { type: 'recompute' }>): void {
  for (const { path, what, compute } of liveParts(source)) {
    attempt(what, () => {
      const json = canonicalJson(compute());
      scope.postMessage({ type: 'part', path, json, sha256: sha256(json) });
    });
  }
}

/** Answers in two parts; the slower one is left out when the same slider was moved meanwhile. */
async function follow({ knob, value, source }: Extract<Request, { type: 'turn' }>): Promise<void> {
  latest[knob]++;
  const own = latest[knob];
  attempt(`${knob} ${value}`, () => {
    scope.postMessage({ type: 'turned', knob, value, turned: turn(knob, value, source) });
  });
  await new Promise((resume) => setTimeout(resume, 0));
  if (own !== latest[knob]) return;
  attempt(`${knob} ${value}`, () => {
    scope.postMessage({ type: 'belt', knob, value, belt: turnBelt(knob, value, source) });
  });
}

function attempt(what: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    scope.postMessage({ type: 'failed', what, message: error instanceof Error ? error.message : String(error) });
  }
}
