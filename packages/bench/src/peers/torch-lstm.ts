import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { isProcessorTime } from '../clock.ts';
import type { Contestant } from '../interleave.ts';
import { LineServer, type PeerCheck, type PeerSetup } from './line-server.ts';
import { findPython } from './torch.ts';

const script = fileURLToPath(new URL('./torch_server.py', import.meta.url));

/** Threads of PyTorch's own and of its BLAS, which `torch.set_num_threads` does not limit. */
interface Setting {
  readonly name: string;
  readonly threads: number;
  readonly blas: number;
}

/** The default setting is not among them: on two cores its spinning threads make it slower than one thread. */
const settings = (): readonly Setting[] => {
  const one = { name: '1 thread', threads: 1, blas: 1 };
  if (availableParallelism() < 2 || isProcessorTime()) return [one];
  return [one, { name: '2 threads', threads: 2, blas: 2 }, { name: '1 thread, BLAS 2', threads: 1, blas: 2 }];
};

/** PyTorch, in every setting that could be its best. */
export interface TorchPeers {
  readonly version: string;
  /** One contestant for each setting and each way of writing the net. */
  contestants(kinds: readonly string[], setup: Omit<PeerSetup, 'kind'>): Promise<TorchContestants>;
  /** Bytes by which the first process grows when it runs a step thirty times. */
  peak(setup: PeerSetup): Promise<number | undefined>;
  stop(): void;
}

export interface TorchContestants {
  readonly contestants: readonly Contestant[];
  readonly check: PeerCheck;
}

/** Starts a PyTorch for each setting, or for one thread only; null when there is none. */
export async function torchPeers({ one = false }: { readonly one?: boolean } = {}): Promise<TorchPeers | null> {
  const python = await findPython();
  if (python === null) return null;
  const servers = (one ? settings().slice(0, 1) : settings()).map(({ name, threads, blas }) => ({
    name,
    server: new LineServer(python, [script, String(threads)], {
      OMP_NUM_THREADS: String(threads),
      OPENBLAS_NUM_THREADS: String(blas),
      MKL_NUM_THREADS: String(blas),
      OMP_WAIT_POLICY: 'PASSIVE',
    }),
  }));
  const hellos = await Promise.all(servers.map(({ server }) => server.hello()));
  const version = hellos[0]?.version;
  const stop = (): void => {
    for (const { server } of servers) server.stop();
  };
  if (version === undefined) {
    stop();
    return null;
  }
  return {
    version: `PyTorch ${version}`,
    stop,
    async peak(setup) {
      const server = servers[0]?.server;
      if (server === undefined) return undefined;
      const bytes = async (): Promise<number> => ((await server.ask({ peak: true })) as { bytes: number }).bytes; // as it writes it
      const idle = await bytes();
      const { contestant } = await server.contestant('', setup);
      await contestant.run(30);
      return (await bytes()) - idle;
    },
    async contestants(kinds, setup) {
      const made: Awaited<ReturnType<LineServer['contestant']>>[] = [];
      for (const { name, server } of servers) {
        for (const kind of kinds) {
          made.push(await server.contestant(`PyTorch, ${kind}, ${name}`, { ...setup, kind }));
        }
      }
      return {
        contestants: made.map(({ contestant }) => contestant),
        check: made[0]?.check ?? { id: 0, loss: Number.NaN, norm: Number.NaN },
      };
    },
  };
}
