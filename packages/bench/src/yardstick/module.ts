import { type Code, type Emitter, type FunctionIndex, type Local, Module } from '@throughline/compiler/internals';
import type { Size } from '../workloads/sizes.ts';
import { type Layout, layoutOf, type Part, parts } from './layout.ts';
import { lossAndCotangent } from './loss.ts';
import { backward, forward, type Shape, sumRows } from './pointwise.ts';
import { type Products, productsOf } from './products.ts';

export interface StepModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly pages: number;
  readonly layout: Layout;
}

/** Phases of a step, between which all threads wait. Parameters: the thread, how many there are, where its scratch begins. */
export const phases = ['pack', 'sequence', 'weights'] as const;

/** The module of one train step. */
export function stepModule(size: Size, double: boolean, fast: boolean, threads: number): StepModule {
  const layout = layoutOf(size, double, threads);
  const module = new Module();
  const shape: Shape = { H: size.H, gateRow: layout.gateRow, double, fast };
  let scratchBytes = 0;
  const scratch = module.global();
  const emitter: Emitter = {
    module,
    fast,
    thread: module.global(),
    threads: module.global(),
    status: 0,
    address: (buffer) => layout.at[parts[buffer] ?? 'xs'],
    data: () => 0,
    scratch(bytes) {
      scratchBytes = Math.max(scratchBytes, bytes + 64);
      return scratch;
    },
  };
  const products = productsOf(emitter, size, layout, threads);
  const functions: Functions = {
    ...products,
    forward: forward(module, shape),
    backward: backward(module, shape),
    sumRows: sumRows(module, shape),
    loss: lossAndCotangent(module, double, size.B * size.H),
  };
  const bodies = {
    pack: (code: Code) => products.packs.forEach((call) => void code.call(call)),
    sequence: (code: Code, thread: Local, count: Local) => sequence(code, thread, count, size, layout, functions),
    weights: (code: Code) => products.weights.forEach((call) => void code.call(call)),
  };
  for (const name of phases) {
    const index = module.function({ parameters: ['i32', 'i32', 'i32'], results: [] }, (code, parameters) => {
      const [thread, count, top] = parameters as [Local, Local, Local]; // three
      code.get(thread).globalSet(emitter.thread).get(count).globalSet(emitter.threads).get(top).globalSet(scratch);
      bodies[name](code, thread, count);
    });
    module.exportFunction(name, index);
  }
  const pages = Math.ceil((layout.end + threads * (scratchBytes + 64)) / 65536) + 1;
  module.memory({ pages, shared: threads > 1 });
  return { bytes: module.bytes(), pages, layout };
}

interface Functions extends Products {
  readonly forward: FunctionIndex;
  readonly backward: FunctionIndex;
  readonly sumRows: FunctionIndex;
  readonly loss: FunctionIndex;
}

/** Forward and backward over all steps, for the rows of the batch that a thread has. */
function sequence(
  code: Code,
  thread: Local,
  count: Local,
  { B, T, H }: Size,
  { bytes, gateRow, at }: Layout,
  functions: Functions,
): void {
  const G = 4 * H;
  const [first, some, t] = [code.local('i32'), code.local('i32'), code.local('i32')];
  code.get(thread).i32(B).op('i32Mul').get(count).op('i32DivU').set(first);
  code.get(thread).i32(1).op('i32Add').i32(B).op('i32Mul').get(count).op('i32DivU').get(first).op('i32Sub').set(some);
  /** The first of the thread's rows of something; at step t + later if there is one row per step. */
  const push = (part: Part, row: number, later: number | null = null): void => {
    code.i32(at[part] + (later ?? 0) * B * row * bytes);
    const step = (index: Local, length: number): Code =>
      code
        .get(index)
        .i32(length * bytes)
        .op('i32Mul')
        .op('i32Add');
    step(first, row);
    if (later !== null) step(t, B * row);
  };
  const own = (part: Part, length: number): void => {
    code
      .get(thread)
      .i32(length * bytes)
      .op('i32Mul')
      .i32(at[part])
      .op('i32Add');
  };
  const gates = (): void => push('gates', gateRow, 0);
  const stateBytes = (): Code =>
    code
      .get(some)
      .i32(H * bytes)
      .op('i32Mul');
  code.call(functions.inputs);
  code.count(t, 0, T, 1, () => {
    push('h', H, 0);
    code.i32(at.packedH);
    gates();
    code.get(some).call(functions.recurrent);
    gates();
    code.i32(at.bias);
    push('c', H, 0);
    push('c', H, 1);
    push('tanhC', H, 0);
    push('h', H, 1);
    code.get(some).call(functions.forward);
  });
  code.i32(T - 1).set(t);
  push('h', H, 1);
  push('target', H);
  push('dh', H);
  own('loss', 16);
  stateBytes().call(functions.loss);
  push('dc', H);
  code.i32(0);
  stateBytes().memoryFill();
  own('dbias', G);
  code
    .i32(0)
    .i32(G * bytes)
    .memoryFill();
  code.loop((again) => {
    gates();
    push('c', H, 0);
    push('tanhC', H, 0);
    push('dh', H);
    push('dc', H);
    code.get(some).call(functions.backward);
    gates();
    own('dbias', G);
    code.get(some).call(functions.sumRows);
    gates();
    code.i32(at.packedBack);
    push('dh', H);
    code.get(some).call(functions.back);
    code.get(t).i32(1).op('i32Sub').tee(t).i32(0).op('i32GeS').jumpIf(again);
  });
}
