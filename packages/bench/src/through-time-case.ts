// A process of its own per case: node … through-time-case.ts T SCHEDULE REPETITIONS prints one JSON line.
import {
  add,
  estimateMemory,
  fromStorage,
  full,
  grad,
  matmul,
  type Schedule,
  scan,
  sum,
  type Tensor,
  tanh,
  tensor,
  trace,
} from 'throughline';

/** What a case tells its parent. */
export interface ThroughTimeCase {
  /** Processor time of the whole gradient, in seconds: it does not grow when others use the machine. */
  readonly times: readonly number[];
  /** Of the process before the loop, and at the most. */
  readonly baseBytes: number;
  readonly peakBytes: number;
}

const [I, H] = [2, 4];
const values = (shape: number[], scale: number): Tensor => {
  const size = shape.reduce((a, b) => a * b, 1);
  return tensor(
    Array.from({ length: size }, (_, i) => scale * Math.sin(i + 1)),
    { shape },
  );
};
/** An Elman cell of 4 units. */
export const cell = { W: values([I, H], 0.5), U: values([H, H], 0.4), b: values([H], 0.1) };
export const inputs = (T: number): Tensor =>
  fromStorage(
    Float64Array.from({ length: T * I }, (_, i) => Math.sin(i)),
    'float64',
    [T, 1, I],
  );

/** Σ‖h_t‖², added up in the carry, so that no step leaves anything behind. */
export function loss(p: typeof cell, xs: Tensor, checkpoint: Schedule): Tensor {
  const start = { h: full([1, H], 0), total: tensor(0) };
  const step = ({ h, total }: typeof start, x: Tensor) => {
    const next = tanh(add(add(matmul(x, p.W), matmul(h, p.U)), p.b));
    return { carry: { h: next, total: add(total, sum(next.mul(next))) }, y: {} };
  };
  return scan(step, start, xs, { checkpoint }).carry.total;
}

/** Bytes by which a gradient of T steps is known to grow a process, from its Program: elements, and the objects around them. */
export function predict(T: number, checkpoint: Schedule): number {
  const program = trace((p: typeof cell, xs: Tensor) => loss(p, xs, checkpoint), cell, inputs(T));
  const { peakBytes, entries } = estimateMemory(program, { wrt: [0, 1, 2] });
  return peakBytes + entries * ENTRY;
}
/** What V8 takes for an entry of this cell's tape, and for the objects around its tensors: measured at 20,000 steps. */
const ENTRY = 380;

function main(T: number, schedule: Schedule, repetitions: number): ThroughTimeCase {
  const run = (xs: Tensor): Tensor => grad((p: typeof cell) => loss(p, xs, schedule))(cell).U;
  const short = inputs(500);
  for (let n = 0; n < 6; n++) run(short);
  const baseBytes = process.memoryUsage().rss;
  const xs = inputs(T);
  const times = Array.from({ length: repetitions }, () => {
    const start = process.cpuUsage();
    if (!Number.isFinite(sum(run(xs)).item())) throw new Error('the gradient is finite');
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1e6;
  });
  return { times, baseBytes, peakBytes: process.resourceUsage().maxRSS * 1024 };
}

const [T, schedule, repetitions] = process.argv.slice(2);
if (process.argv[1]?.endsWith('through-time-case.ts') && T !== undefined && schedule !== undefined) {
  console.log(JSON.stringify(main(Number(T), JSON.parse(schedule) as Schedule, Number(repetitions)))); // as the parent wrote it
}
