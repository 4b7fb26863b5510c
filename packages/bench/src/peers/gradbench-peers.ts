import { fileURLToPath } from 'node:url';
import { isProcessorTime } from '../clock.ts';
import type { Answer, EvalPeer } from './eval-peer.ts';
import { LineServer } from './line-server.ts';
import { suiteTools } from './suite-tools.ts';
import { findPython } from './torch.ts';

/** Every tool that this machine has; those of the suite take no processor time, so they are left out where that is asked for. */
export async function evalPeers(): Promise<readonly EvalPeer[]> {
  const torch = await torchEvals();
  return [...(torch === null ? [] : [torch]), ...(isProcessorTime() ? [] : suiteTools())];
}

/** Searches are left out: theirs are plain Python, with slopes by hand. */
const notByTorch = new Set(['saddle', 'particle']);

async function torchEvals(): Promise<EvalPeer | null> {
  const python = await findPython();
  if (python === null) return null;
  const script = fileURLToPath(new URL('./torch_gradbench.py', import.meta.url));
  const server = new LineServer(python, [script], { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' });
  const hello = await server.hello();
  if (hello === null) return null;
  return {
    who: `PyTorch ${hello.version}`,
    has: (module) => !notByTorch.has(module),
    async ask(module, name, input, runs) {
      const answer = (await server.ask({ module, function: name, input, runs })) as Answer | { readonly error: string }; // as it writes them
      if ('error' in answer) throw new Error(`PyTorch, ${module} ${name}: ${answer.error}`);
      return answer;
    },
    stop: () => server.stop(),
  };
}
