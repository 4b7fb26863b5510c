import {
  type Access,
  type Code,
  type ContractKernel,
  callTile,
  type Emitter,
  emitContract,
  emitPack,
  type Flavor,
  type FunctionIndex,
  flavorOf,
  type Label,
  type Local,
  Module,
  tile,
  tileColumns,
} from '@throughline/compiler/internals';
import type { Size } from '../workloads/sizes.ts';
import { backward, forward, type Shape, sumRows } from './pointwise.ts';
import { lossAndCotangent } from './loss.ts';

/** Where everything lies; `bytes` is the size of an element. */
export interface Layout {
  readonly bytes: 4 | 8;
  readonly gateRow: number;
  readonly at: Readonly<Record<Part, number>>;
  /** Of elements. */
  readonly lengths: Readonly<Record<Part, number>>;
  readonly end: number;
}

const parts = [
  'xs',
  'target',
  'wx',
  'wh',
  'bias',
  'gates',
  'h',
  'c',
  'tanhC',
  'dh',
  'dc',
  'dwx',
  'dwh',
  'dbias',
  'loss',
  'packedX',
  'packedH',
  'packedBack',
] as const;
export type Part = (typeof parts)[number];

export function layoutOf({ B, T, I, H }: Size, double: boolean, threads: number): Layout {
  const bytes = double ? 8 : 4;
  // a row more than a power of two long, so that rows do not fall into the same sets of the cache
  const gateRow = 4 * H + 64 / bytes;
  const lengths: Record<Part, number> = {
    xs: T * B * I,
    target: B * H,
    wx: I * 4 * H,
    wh: H * 4 * H,
    bias: 4 * H,
    gates: T * B * gateRow,
    h: (T + 1) * B * H,
    c: (T + 1) * B * H,
    tanhC: T * B * H,
    dh: B * H,
    dc: B * H,
    dwx: I * 4 * H,
    dwh: H * 4 * H,
    dbias: threads * 4 * H,
    loss: threads * 16,
    packedX: I * 4 * H,
    packedH: H * 4 * H,
    packedBack: H * 4 * H,
  };
  let end = 64;
  const at = Object.fromEntries(
    parts.map((part) => {
      const start = end;
      end = Math.ceil((start + lengths[part] * bytes) / 64) * 64 + 64;
      return [part, start];
    }),
  ) as Record<Part, number>; // all parts
  return { bytes, gateRow, at, lengths, end };
}

export interface StepModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly pages: number;
  readonly layout: Layout;
}

/** Phases of a step, between which all threads wait: parameters are the thread and how many there are. */
export const phases = ['pack', 'sequence', 'weights'] as const;

/** The module of one train step. */
export function stepModule(size: Size, double: boolean, fast: boolean, threads: number): StepModule {
  const { B, T, I, H } = size;
  const layout = layoutOf(size, double, threads);
  const { bytes, gateRow, at } = layout;
  const module = new Module();
  const flavor = flavorOf(double ? 'float64' : 'float32', fast);
  const shape: Shape = { H, gateRow, double, fast };
  let scratch = 0;
  const emitter: Emitter = {
    module,
    fast,
    thread: module.global('i32'),
    threads: module.global('i32'),
    status: 0,
    address: (buffer) => at[parts[buffer] ?? 'xs'],
    data: () => 0,
    scratch(size) {
      scratch = Math.max(scratch, size + 64);
      return scratchGlobal;
    },
  };
  const scratchGlobal = module.global('i32');
  const access = (part: Part): Access => ({ buffer: parts.indexOf(part), offset: 0, strides: [], steps: [] });
  const product = (
    [a, b, out]: readonly [Part, Part, Part],
    kept: readonly Label[],
    summed: Label,
    more: Partial<ContractKernel> = {},
  ): ContractKernel => ({
    kind: 'contract',
    dtype: double ? 'float64' : 'float32',
    a: access(a),
    b: access(b),
    out: access(out),
    kept,
    summed: [summed],
    ...more,
  });
  const split = (axis: number, grain: number): Partial<ContractKernel> => (threads > 1 ? { split: { axis, grain } } : {});
  const G = 4 * H;
  const columns = { extent: G, a: 0, b: 1, out: 1 };
  const rows = [
    { extent: T, a: B * I, b: 0, out: B * gateRow },
    { extent: B, a: I, b: 0, out: gateRow },
  ];
  const inputs = product(['xs', 'wx', 'gates'], [...rows, columns], { extent: I, a: 1, b: G, out: 0 }, split(1, 1));
  const recurrent = product(['h', 'wh', 'gates'], [columns], { extent: H, a: 1, b: G, out: 0 });
  const back = product(['gates', 'wh', 'dh'], [{ extent: H, a: 0, b: G, out: 1 }], { extent: G, a: 1, b: 1, out: 0 });
  const weights = (of: Part, into: Part, extent: number): FunctionIndex =>
    emitContract(
      emitter,
      product([of, 'gates', into], [{ extent, a: 1, b: 0, out: G }, columns], {
        extent: T * B,
        a: extent,
        b: gateRow,
        out: 0,
      }, split(0, 2)),
      [],
    );
  const pack = (contract: ContractKernel, into: Part): FunctionIndex =>
    emitPack(emitter, { kind: 'pack', contract, into: access(into) }, []);
  const calls = {
    packs: [pack(inputs, 'packedX'), pack(recurrent, 'packedH'), pack(back, 'packedBack')],
    inputs: emitContract(emitter, { ...inputs, packed: access('packedX') }, []),
    recurrent: packedProduct(module, flavor, { depth: H, columns: G, aRow: H, outRow: gateRow, goesOn: true }),
    back: packedProduct(module, flavor, { depth: G, columns: H, aRow: gateRow, outRow: H, goesOn: false }),
    forward: forward(module, shape),
    backward: backward(module, shape),
    sumRows: sumRows(module, shape),
    loss: lossAndCotangent(module, double, B * H),
    weights: [weights('xs', 'dwx', I), weights('h', 'dwh', H)],
  };
  const phase = (name: (typeof phases)[number], build: (code: Code, thread: Local, threads: Local) => void): void => {
    const index = module.function({ parameters: ['i32', 'i32', 'i32'], results: [] }, (code, parameters) => {
      const [thread, count, top] = parameters as [Local, Local, Local]; // three
      code.get(thread).globalSet(emitter.thread).get(count).globalSet(emitter.threads).get(top).globalSet(scratchGlobal);
      build(code, thread, count);
    });
    module.exportFunction(name, index);
  };
  phase('pack', (code) => {
    for (const call of calls.packs) code.call(call);
  });
  phase('weights', (code) => {
    for (const call of calls.weights) code.call(call);
  });
  phase('sequence', (code, thread, count) => {
    const [first, some, t] = [code.local('i32'), code.local('i32'), code.local('i32')];
    code.get(thread).i32(B).op('i32Mul').get(count).op('i32DivU').set(first);
    code.get(thread).i32(1).op('i32Add').i32(B).op('i32Mul').get(count).op('i32DivU').get(first).op('i32Sub').set(some);
    /** The first of this thread's rows at step t + later. */
    const push = (part: Part, row: number, later: number | null = null): void => {
      code.i32(at[part] + (later ?? 0) * B * row * bytes).get(first).i32(row * bytes).op('i32Mul').op('i32Add');
      if (later !== null) code.get(t).i32(B * row * bytes).op('i32Mul').op('i32Add');
    };
    const own = (part: Part, length: number): void => {
      code.get(thread).i32(length * bytes).op('i32Mul').i32(at[part]).op('i32Add');
    };
    code.call(calls.inputs);
    code.count(t, 0, T, 1, () => {
      push('h', H, 0);
      code.i32(at.packedH);
      push('gates', gateRow, 0);
      code.get(some).call(calls.recurrent);
      push('gates', gateRow, 0);
      code.i32(at.bias);
      push('c', H, 0);
      push('c', H, 1);
      push('tanhC', H, 0);
      push('h', H, 1);
      code.get(some).call(calls.forward);
    });
    code.i32(T - 1).set(t);
    push('h', H, 1);
    push('target', H);
    push('dh', H);
    own('loss', 16);
    code.get(some).i32(H * bytes).op('i32Mul').call(calls.loss);
    push('dc', H);
    code.i32(0).get(some).i32(H * bytes).op('i32Mul').memoryFill();
    own('dbias', G);
    code.i32(0).i32(G * bytes).memoryFill();
    code.loop((again) => {
      push('gates', gateRow, 0);
      push('c', H, 0);
      push('tanhC', H, 0);
      push('dh', H);
      push('dc', H);
      code.get(some).call(calls.backward);
      push('gates', gateRow, 0);
      own('dbias', G);
      code.get(some).call(calls.sumRows);
      push('gates', gateRow, 0);
      code.i32(at.packedBack);
      push('dh', H);
      code.get(some).call(calls.back);
      code.get(t).i32(1).op('i32Sub').tee(t).i32(0).op('i32GeS').jumpIf(again);
    });
  });
  const pages = Math.ceil((layout.end + threads * (scratch + 64)) / 65536) + 1;
  module.memory({ pages, shared: threads > 1 });
  return { bytes: module.bytes(), pages, layout: { ...layout, end: layout.end } };
}

interface Packed {
  readonly depth: number;
  readonly columns: number;
  readonly aRow: number;
  readonly outRow: number;
  readonly goesOn: boolean;
}

/** out (+)= a · packed panels: (a, packed, out, rows). A slice of a panel stays in the first cache. */
function packedProduct(
  module: Module,
  flavor: Flavor,
  { depth, columns, aRow, outRow, goesOn }: Packed,
): FunctionIndex {
  const { bytes } = flavor;
  const width = tileColumns(flavor);
  const slices = depth <= 384 ? 1 : Math.ceil(depth / 256);
  const slice = Math.ceil(depth / slices);
  return module.function({ parameters: ['i32', 'i32', 'i32', 'i32'], results: [] }, (code, parameters) => {
    const [a, packed, out, rows] = parameters as [Local, Local, Local, Local]; // four
    const panel = code.local('i32');
    for (let k = 0; k < depth; k += slice) {
      const multiply = (count: number): void =>
        callTile(code, tile(module, flavor, count, false), {
          a: () => code.get(a).i32(k * bytes).op('i32Add'),
          aRow: () => code.i32(aRow * bytes),
          aDepth: () => code.i32(bytes),
          b: () =>
            code
              .get(packed)
              .i32(k * count * bytes)
              .op('i32Add')
              .get(panel)
              .i32(width * depth * bytes)
              .op('i32Mul')
              .op('i32Add'),
          bDepth: () => code.i32(count * bytes),
          depth: () => code.i32(Math.min(slice, depth - k)),
          out: () => code.get(out).get(panel).i32(width * bytes).op('i32Mul').op('i32Add'),
          outRow: () => code.i32(outRow * bytes),
          outColumn: () => code.i32(bytes),
          rows: () => code.get(rows),
          goesOn: () => code.i32(goesOn || k > 0 ? 1 : 0),
        });
      const full = Math.floor(columns / width);
      code.count(panel, 0, full, 1, () => multiply(width));
      if (columns > full * width) {
        code.i32(full).set(panel);
        multiply(columns - full * width);
      }
    }
  });
}
