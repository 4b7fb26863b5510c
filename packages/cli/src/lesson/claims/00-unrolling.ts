import { abs, add, flatten, foldIn, grad, key, matmul, max, normal, stack, sub, unstack } from '@throughline/autograd';
import { type AnyCell, lstm, type ParamTree, rnn, unroll } from '@throughline/rnn';
import { flow } from '@throughline/rnn/analysis';
import type { Tensor } from '@throughline/tensor';
import { addingProblem, globalNorm, meanSquaredError } from '@throughline/train';
import { defineLessonClaim, type Work } from '../claim.ts';
import { byPlace, medians } from '../curves.ts';
import { oracle, part } from '../judge.ts';

/** One cell, one seed. */
interface Unrolled {
  /** Largest difference of an output of the T-layer net from the recurrent one's. */
  readonly forward: number;
  /** ‖Σ copies − tied‖ / ‖tied‖, over all parameters. */
  readonly sum: number;
  /** The same without the last copy. */
  readonly withoutOne: number;
  /** ‖share of a copy‖ / ‖tied‖ by lag T − t from 0 up. */
  readonly shares: readonly number[];
  /** The largest difference of these shares from those that `flow(…).byStep` gives. */
  readonly byStep: number;
}

interface Measured {
  readonly rnn: Unrolled;
  readonly lstm: Unrolled;
}

const sizes = { full: { T: 60, H: 24, batch: 16 }, test: { T: 8, H: 3, batch: 2 } };
const bound = 1e-12;

export default defineLessonClaim<Measured>({
  number: 0,
  sentence: 'Training unrolls the net over time into one with T layers and tied weights.',
  question: 'Untied, do the T copies compute the same, and do their gradients add up to the tied one?',
  method:
    'Elman net and LSTM, 24 units, fresh weights, on 16 sequences of the adding problem with T = 60 and a random read-out of the last output. The net with T layers is written as a loop over T separate copies of the parameters, each of which gets a gradient of its own; the tied gradient is that of unroll, a scan. The shares are checked against flow(…).byStep, a third way.',
  control: 'The same sum without the last copy is off by far more than the bound.',
  async measure(seed, work) {
    const measured = { rnn: untie(rnn, seed, work) };
    work.progress(0.3);
    await work.turn();
    return { ...measured, lstm: untie(lstm, seed, work) };
  },
  judge(measured) {
    const of = (read: (one: Unrolled) => number): number[] =>
      measured.map((one) => Math.max(read(one.rnn), read(one.lstm)));
    const without = measured.map((one) => Math.min(one.rnn.withoutOne, one.lstm.withoutOne));
    const old = (name: 'rnn' | 'lstm'): number[] => measured.map((one) => latePart(one[name].shares));
    return {
      parts: [
        part(
          'the net with T layers computes what the recurrent net computes',
          { what: 'largest difference of an output', values: of((one) => one.forward) },
          '= 0',
          (value) => value === 0,
        ),
        part(
          'the copies’ gradients sum to the tied one',
          { what: '‖Σ copies − tied‖ / ‖tied‖', values: of((one) => one.sum) },
          '≤ 1e−12',
          (value) => value <= bound,
        ),
      ],
      oracles: [
        oracle('a sum without the last copy is noticed', without, (value) => value > 1e3 * bound),
        oracle(
          'flow(…).byStep gives the same shares',
          of((one) => one.byStep),
          (value) => value <= bound,
        ),
      ],
      condition: 'the parts that are ticked are all that is asked',
      readings: [
        { what: 'part of the RNN’s shares that comes from the older half of the copies', values: old('rnn') },
        { what: 'part of the LSTM’s shares that comes from the older half of the copies', values: old('lstm') },
      ],
      charts: [
        {
          kind: 'lines',
          title: 'Each copy’s share of the gradient by lag from the loss.',
          x: { label: 'lag T − t of the copy' },
          y: { label: '‖share‖ / ‖tied gradient‖', scale: 'log' },
          series: [
            { label: 'RNN', points: byPlace(medians(measured.map((one) => one.rnn.shares))) },
            { label: 'LSTM', points: byPlace(medians(measured.map((one) => one.lstm.shares))) },
          ],
        },
      ],
    };
  },
});

/** How much of all shares the copies of the older half of the steps have. */
function latePart(shares: readonly number[]): number {
  const total = shares.reduce((a, b) => a + b, 0);
  return shares.slice(shares.length >> 1).reduce((a, b) => a + b, 0) / total;
}

function untie(cell: AnyCell, seed: number, work: Work): Unrolled {
  const { T, H, batch } = sizes[work.budget];
  const from = key(seed);
  const { inputs, targets } = addingProblem({ T, batch, key: foldIn(from, 1) });
  const params = cell.init(foldIn(from, 2), { I: 2, H });
  const readout = normal(foldIn(from, 3), [H, 1]);
  const cost = (last: Tensor): Tensor => meanSquaredError(matmul(last, readout), targets);
  const xs = unstack(inputs);
  /** T layers, each with weights of its own. */
  const layers = (copies: readonly ParamTree[]): Tensor[] => {
    let state = cell.initialState({ I: 2, H }, batch);
    return copies.map((own, t) => {
      const step = cell.step(own, state, xs[t] as Tensor); // as many copies as steps
      state = step.state;
      return step.out;
    });
  };
  const copies = xs.map(() => params);
  const run = unroll(cell, params, inputs);
  const tied = grad((p: ParamTree) => cost(last(unstack(unroll(cell, p, inputs).out))))(params);
  const untied = grad((all: readonly ParamTree[]) => cost(last(layers(all))))(copies);
  const whole = flatten('lesson', tied).leaves;
  const parts = untied.map((copy) => flatten('lesson', copy).leaves);
  const size = globalNorm(whole).item();
  const offBy = (some: typeof parts): number => {
    const sums = some.reduce((a, b) => a.map((leaf, i) => add(leaf, b[i] as Tensor))); // same structure
    return globalNorm(whole.map((leaf, i) => sub(leaf, sums[i] as Tensor))).item() / size; // as above
  };
  const shares = parts.map((leaves) => globalNorm(leaves).item() / size);
  const asked = flow(run, ({ out }) => cost(out.at(T)));
  const byGate = cell.gates.map((gate) => asked.byStep(gate).norms); // all parameters of these cells are in gates
  const third = xs.map((_, t) => Math.hypot(...byGate.map((norms) => norms[t] ?? Number.NaN)) / size);
  return {
    forward: max(abs(sub(run.out, stack(layers(copies))))).item(),
    sum: offBy(parts),
    withoutOne: offBy(parts.slice(0, -1)),
    shares: shares.toReversed(),
    byStep: Math.max(...shares.map((share, t) => Math.abs(share - (third[t] ?? Number.NaN)))),
  };
}

const last = (outs: readonly Tensor[]): Tensor => outs.at(-1) as Tensor; // a run has a step
