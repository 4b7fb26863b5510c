import type { FloatType } from 'throughline';
import { spread } from '../workloads/hash.ts';
import type { Size } from '../workloads/sizes.ts';
import type { Part } from './layout.ts';
import { phases, stepModule } from './module.ts';

/** Which of the hand-written schedules. */
export interface YardstickOptions {
  readonly fast: boolean;
  readonly threads: number;
  /** float32 by default. */
  readonly dtype?: FloatType;
}

type Numbers = Float32Array | Float64Array;

/** A step whose schedule was written by hand. */
export interface Yardstick {
  run(): unknown;
  readonly loss: number;
  /** Of the weights of a gate, as the last run left them: W [I, H], U [H, H] and b [H]. */
  gradient(gate: 'i' | 'f' | 'g' | 'o'): { readonly W: Numbers; readonly U: Numbers; readonly b: Numbers };
}

/** Gates as they stand beside each other in a row: three sigmoids, then the tanh. Numbers as in workloads/nets.ts. */
const gates = { i: [0, 0], f: [1, 1], o: [2, 3], g: [3, 2] } as const;

/**
 * The hand-scheduled LSTM gradient step, against which the compiler's is held; null where there is none. The product with
 * all inputs comes first; a step multiplies h by weights that were packed once, then runs the rest of the cell in three short
 * loops per row; backward likewise in reverse; the gradients of the weights are one product each over all rows.
 */
export function yardstick(size: Size, { fast, threads, dtype = 'float32' }: YardstickOptions): Yardstick | null {
  const { B, T, I, H } = size;
  if (threads !== 1 || H % 4 !== 0) return null;
  const double = dtype === 'float64';
  const { bytes, pages, layout } = stepModule(size, double, fast, threads);
  if (!WebAssembly.validate(bytes)) return null;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  const view = (part: Part): Numbers => {
    const Type = double ? Float64Array : Float32Array;
    return new Type(memory.buffer, layout.at[part], layout.lengths[part]);
  };
  const copyColumns = (from: ArrayLike<number>, into: Numbers, column: number): void => {
    for (let n = 0; n < from.length; n++) into[Math.floor(n / H) * 4 * H + column + (n % H)] = from[n] ?? 0;
  };
  for (const [position, number] of Object.values(gates)) {
    const draw = (which: number, length: number) => spread(10 * number + which, length, H ** -0.5);
    copyColumns(draw(1, I * H), view('wx'), position * H);
    copyColumns(draw(2, H * H), view('wh'), position * H);
    copyColumns(draw(3, H), view('bias'), position * H);
  }
  view('xs').set(spread(201, T * B * I, 1));
  view('target').set(spread(202, B * H, 1));
  const run = phases.map((name) => exports[name] as (thread: number, threads: number, scratch: number) => void); // exported so
  const scratch = Math.ceil(layout.end / 64) * 64;
  return {
    run() {
      for (const phase of run) phase(0, 1, scratch);
    },
    get loss() {
      const lanes = Array.from(view('loss').subarray(0, 16 / layout.bytes));
      return lanes.reduce((a, b) => a + b, 0) / (B * H);
    },
    gradient(gate) {
      const [position] = gates[gate];
      const columns = (part: Part): Numbers => view(part).filter((_, n) => Math.floor((n % (4 * H)) / H) === position);
      return { W: columns('dwx'), U: columns('dwh'), b: columns('dbias') };
    },
  };
}
