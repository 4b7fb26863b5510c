/** @file A small program for all threads, made by hand. */
import { barrierBytes, defineBarrier, stalledImport, stalledSignature } from '../threads/barrier.ts';
import { Module } from '../wasm/module.ts';

/** How a ring may go wrong, and in which round. */
export interface Trouble {
  /** The thread that it befalls. */
  readonly thread: number;
  readonly round: number;
}

/**
 * `run(thread, threads)`: in each of `rounds` rounds, each thread reads what its neighbour (k + 1 modulo threads) has
 * written in the round before, in `cells` int32, adds 1 + k to each, and writes them elsewhere. `barriers: false` is the
 * control. `trap`: a thread stops there. `forever`: it never comes back.
 */
export function ringModule(
  rounds: number,
  cells: number,
  options: { readonly barriers?: boolean; readonly trap?: Trouble; readonly forever?: Trouble } = {},
): Uint8Array<ArrayBuffer> {
  const module = new Module();
  module.memory({ pages: 16, shared: true });
  const stalled = module.importFunction(stalledImport, stalledSignature);
  const threads = module.global();
  const barrier = defineBarrier(module, stalled, threads);
  const run = module.function({ parameters: ['i32', 'i32'], results: [] }, (code, parameters) => {
    const [thread, count] = parameters as [(typeof parameters)[0], (typeof parameters)[0]]; // as the signature says
    const [round, cell, at] = [code.local('i32'), code.local('i32'), code.local('i32')];
    const befalls = (trouble: Trouble | undefined, what: () => void): void => {
      if (trouble === undefined) return;
      code.get(thread).i32(trouble.thread).op('i32Eq').get(round).i32(trouble.round).op('i32Eq').op('i32And').if(what);
    };
    /** The address of a thread's cell in the half of a round. */
    const address = (next: number): void => {
      code.get(round).i32(next).op('i32Add').i32(1).op('i32And').get(count).op('i32Mul');
      code
        .get(thread)
        .i32(1 - next)
        .op('i32Add')
        .get(count)
        .op('i32RemU')
        .op('i32Add');
      code.i32(cells).op('i32Mul').get(cell).op('i32Add').i32(4).op('i32Mul');
    };
    code.get(count).globalSet(threads);
    barrier.reset(code);
    code.count(round, 0, rounds, 1, () => {
      befalls(options.trap, () => code.op('unreachable'));
      befalls(options.forever, () => code.loop((again) => code.jump(again)));
      code.count(cell, 0, cells, 1, () => {
        address(0);
        code.memory('i32Load', barrierBytes).get(thread).i32(1).op('i32Add').op('i32Add').set(at);
        address(1);
        code.get(at).memory('i32Store', barrierBytes);
      });
      if (options.barriers !== false) code.call(barrier.wait);
    });
  });
  module.exportFunction('run', run);
  return module.bytes();
}

/** What memory holds after `ringModule`, by plain arithmetic: one number per thread, in all its cells. */
export function ringResult(rounds: number, threads: number): number[] {
  let values: readonly number[] = Array.from({ length: threads }, () => 0);
  for (let round = 0; round < rounds; round++) {
    const before = values;
    values = before.map((_, k) => ((before[(k + 1) % threads] ?? 0) + k + 1) | 0);
  }
  return [...values];
}
