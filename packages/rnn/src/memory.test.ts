import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  add,
  bind,
  checkpoint,
  definePrimitive,
  evaluate,
  grad,
  key,
  matmul,
  mul,
  normal,
  onTape,
  type Program,
  type Schedule,
  scan,
  sum,
  tanh,
  trace,
} from '@throughline/autograd';
import { estimateMemory } from '@throughline/autograd/symbolic';
import { Concrete, full, type Tensor } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { lstm, unroll } from './index.ts';

/** Bytes of the memory behind tensors: each byte once, however many tensors look at it. */
function bytesBehind(values: Iterable<Tensor>): number {
  const ranges = new Map<ArrayBufferLike, [number, number][]>();
  for (const value of values) {
    if (!(value instanceof Concrete)) continue;
    const { buffer, byteOffset, byteLength } = value.storage;
    ranges.set(buffer, [...(ranges.get(buffer) ?? []), [byteOffset, byteOffset + byteLength]]);
  }
  let bytes = 0;
  for (const list of ranges.values()) {
    let end = 0;
    for (const [from, to] of list.sort(([a], [b]) => a - b)) {
      bytes += Math.max(0, to - Math.max(from, end));
      end = Math.max(end, to);
    }
  }
  return bytes;
}

/** What hangs on the tape of an eager run, found by walking it. */
function walk(f: (xs: readonly Tensor[]) => Tensor, inputs: readonly Tensor[], wrt: readonly number[]): number {
  const { tape } = onTape((input) => f(inputs.map((x, i) => (wrt.includes(i) ? input(x) : x))));
  return bytesBehind([...inputs, ...tape.entries.flatMap((entry) => [...entry.inputs, ...entry.outputs])]);
}
const all = (list: readonly unknown[]): number[] => list.map((_, i) => i);
const normals = (...shapes: number[][]): Tensor[] => shapes.map((shape, i) => mul(normal(key(i), shape), 0.2));

function expectWithin(estimate: number, measured: number): void {
  expect(measured).toBeGreaterThan(0);
  expect(Math.abs(estimate / measured - 1), `${estimate} estimated, ${measured} measured`).toBeLessThan(0.05);
}

describe('the estimate is what hangs on the tape, within 5 %', () => {
  const at = (xs: readonly Tensor[], i: number): Tensor => xs[i] as Tensor; // each test gives as many
  const mlp = (xs: readonly Tensor[]): Tensor =>
    sum(tanh(add(matmul(tanh(add(matmul(at(xs, 0), at(xs, 1)), at(xs, 2))), at(xs, 3)), mul(at(xs, 4), 2))));
  const mlpInputs = normals([20, 6], [6, 30], [30], [30, 5], [5]);
  const check = (
    f: (xs: readonly Tensor[]) => Tensor,
    inputs: readonly Tensor[],
    wrt: readonly number[] = all(inputs),
  ) => {
    const estimate = estimateMemory(
      trace((...xs: readonly Tensor[]) => f(xs), ...inputs),
      { wrt },
    );
    expectWithin(estimate.inputBytes + estimate.residualBytes, walk(f, inputs, wrt));
    return estimate;
  };

  test('a perceptron', () => {
    const estimate = check(mlp, mlpInputs);
    expect(estimate.inputBytes).toBe(8 * (120 + 180 + 30 + 150 + 5));
    expect(estimate.outputBytes).toBe(8);
    check(mlp, mlpInputs, [1, 3]);
    check(mlp, mlpInputs, [0]);
  });
  test('an LSTM over 50 steps, to its parameters and to its inputs', () => {
    const params = lstm.init(key(1), { I: 3, H: 8 });
    const names = Object.values(params).flatMap((gate) => Object.values(gate as object)) as Tensor[]; // gates of tensors
    const rebuild = (leaves: readonly Tensor[]): typeof params => {
      let next = 0;
      const gates = Object.entries(params).map(([name, gate]) => [
        name,
        Object.fromEntries(Object.keys(gate as object).map((part) => [part, leaves[next++]])),
      ]);
      return Object.fromEntries(gates) as typeof params; // the same keys
    };
    const f = (xs: readonly Tensor[]): Tensor => sum(unroll(lstm, rebuild(xs.slice(0, -1)), xs.at(-1) as Tensor).out);
    const inputs = [...names, ...normals([50, 4, 3])];
    check(f, inputs);
    check(f, inputs, all(names));
  });
  test('a checkpoint, whose inside is not kept', () => {
    const f = (xs: readonly Tensor[]): Tensor => mul(checkpoint((list: readonly Tensor[]) => mlp(list))(xs), 3);
    const estimate = check(f, mlpInputs);
    expect(estimate.peakBytes).toBeGreaterThan(estimate.inputBytes + 2 * estimate.residualBytes);
  });
  test('loops of awkward lengths, a carry that shifts, an integer, nothing recorded in the first steps', () => {
    for (const T of [1, 2, 3, 5, 11, 40]) {
      const f = (xs: readonly Tensor[]): Tensor => {
        const { carry } = scan(
          ([a, b, c]: readonly [Tensor, Tensor, Tensor], x: Tensor) => ({
            carry: [mul(b, x), tanh(c), mul(at(xs, 0), x)] as const,
            y: a,
          }),
          [full([7], 1), full([7], 2), full([7], 3)] as const,
          at(xs, 1),
        );
        return sum(mul(carry[0], carry[1]));
      };
      check(f, normals([7], [T, 7]));
      check(f, normals([7], [T, 7]), [0]);
    }
  });
  test('a wrong estimate would be noticed', () => {
    const estimate = estimateMemory(trace((...xs: readonly Tensor[]) => mlp(xs), ...mlpInputs));
    expect(() => expectWithin(1.06 * estimate.peakBytes, walk(mlp, mlpInputs, all(mlpInputs)))).toThrow('estimated');
  });
});

describe('the estimate is what the process holds, within 5 %', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void; // there by the flag
  const held = (): number => {
    collect(); // the memory of what died is given back while the next collection begins
    collect();
    return process.memoryUsage().arrayBuffers;
  };
  let before = Number.NaN;
  let most = 0;
  const start = (): void => {
    before = held();
    most = 0;
    steps = 0;
  };
  let steps = 0;
  /** At every fifth step, the last one of every block among them. */
  const watch = (): void => {
    if (!Number.isNaN(before) && ++steps % 5 === 0) most = Math.max(most, held() - before);
  };
  const stop = (): number => {
    before = Number.NaN;
    return most;
  };
  // Each more than 8 KB, which tensor allocates one by one.
  const [T, B, H] = [100, 32, 40];
  const make = (): Tensor[] => normals([H, H], [H, H], [T, B, H]);
  const loss =
    (checkpoint: Schedule) =>
    (xs: readonly Tensor[]): Tensor => {
      const [W, U, x] = xs as readonly [Tensor, Tensor, Tensor];
      return sum(
        scan(
          (h: Tensor, row: Tensor) => {
            const y = tanh(add(matmul(row, W), tanh(matmul(h, U))));
            watch();
            return { carry: y, y: {} };
          },
          full([B, H], 0.1),
          x,
          { checkpoint },
        ).carry,
      );
    };
  /** In a function of its own, whose frame holds no tensors afterwards. */
  const estimateOf = (schedule: Schedule) =>
    estimateMemory(
      trace((...xs: readonly Tensor[]) => loss(schedule)(xs), ...make()),
      { wrt: [0, 1] },
    );
  test.each<Schedule>(['all', 'sqrt', { every: 20 }, { every: 5 }, { snapshots: 4, block: 5 }])(
    '%j',
    { timeout: 60_000 },
    (schedule) => {
      const estimate = estimateOf(schedule);
      start();
      const inputs = make();
      const [W, U, x] = inputs;
      grad((wu: readonly Tensor[]) => loss(schedule)([...wu, x as Tensor]))([W, U] as Tensor[]);
      expectWithin(estimate.peakBytes, stop());
    },
  );
  const probe = definePrimitive<object, 1, 1>({
    name: 'test.probe',
    semantics: { kind: 'host' },
    infer: ([x]) => [x],
    eval: ([x]) => {
      most = Math.max(most, held() - before);
      return [new Concrete(x.storage.slice(), x.dtype, x.shape)];
    },
    pullbacks: [([ct]) => ct],
  });
  const programOf = (): Program =>
    trace(
      (x: Tensor) => {
        const early = tanh(x);
        let y = x;
        for (let i = 0; i < 6; i++) y = bind(probe, [mul(tanh(y), early)], {})[0];
        return add(y, early);
      },
      full([200, 200], 0),
    );
  test('of interpreting, values freed after their last reader', () => {
    const program = programOf();
    start();
    evaluate(program, normals([200, 200]));
    expectWithin(estimateMemory(program).evaluateBytes, stop());
  });
});
