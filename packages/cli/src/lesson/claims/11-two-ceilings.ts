import { key, trace } from '@throughline/autograd';
import { dotProductAttention } from '@throughline/autograd/nn';
import { type Cell, gru, lstm, type ParamSpecs, type StateSpec, type Taps, unroll } from '@throughline/rnn';
import { minGru } from '@throughline/rnn/cells';
import { type Tensor, zeros } from '@throughline/tensor';
import { defineLessonClaim, type Judgement, type LessonClaim, type Part } from '../claim.ts';
import { longestChain } from '../counting/chain.ts';
import { exponentOf } from '../counting/exponent.ts';
import { medians, over } from '../curves.ts';
import { attentionSqueezer, cellSqueezer, squeeze } from '../learning/squeeze.ts';

/** What one seed gives. */
export interface CeilingsMeasured {
  /** What is left of the variance of K numbers, for each state size; K itself is the last. */
  readonly states: readonly number[];
  readonly left: readonly number[];
  /** The same with attention, which keeps every input. */
  readonly attention: number;
  /** The longest chain of operations, for each number of steps. */
  readonly lengths: readonly number[];
  readonly chains: readonly { readonly name: string; readonly recurrent: boolean; readonly chain: readonly number[] }[];
}

const sizes = {
  full: { states: [2, 4, 8, 16], steps: 400, batch: 16, tests: 256, lengths: [64, 128, 256, 512, 1024] },
  test: { states: [1, 2], steps: 2, batch: 2, tests: 8, lengths: [8, 16] },
};

/** A net over T steps of width 8, as a function of its inputs. */
export interface TimedNet {
  readonly name: string;
  readonly recurrent: boolean;
  run(xs: Tensor): Tensor;
}

const ofCell = (name: string, cell: unknown, parallel: boolean): TimedNet => {
  const known = cell as Cell<ParamSpecs, StateSpec, Taps>; // names forgotten
  const params = known.init(key(1), { I: 8, H: 8 });
  return { name, recurrent: true, run: (xs) => unroll(known, params, xs, { parallel }).out };
};

export const timedNets: readonly TimedNet[] = [
  ofCell('LSTM', lstm, false),
  ofCell('GRU', gru, false),
  ofCell('minGRU', minGru, true),
  { name: 'attention', recurrent: false, run: (xs) => dotProductAttention(xs, xs, xs, { causal: true }) },
];

/** The claim about other nets over time. */
export const ceilingsClaim = (nets: readonly TimedNet[]): LessonClaim<CeilingsMeasured> =>
  defineLessonClaim({
    number: 11,
    sentence:
      'Recurrence has two ceilings: all of the past has to be squeezed into a fixed state, and no step can begin before the one before it has ended.',
    question: 'How much of 16 numbers does a state of H keep, and how long is the chain of operations of T steps?',
    method:
      'Sixteen random numbers come one per step, with their places; then all are to be said. LSTM (forget bias 3) with a linear readout, H = 2, 4, 8, 16, 400 updates of Adam; attention with keys of 8 numbers on the same sequences. A readout of H numbers spans H directions, so that at least 1 − H/16 of the variance stays unexplained, whatever the cell does: the measurement can only show that the bound is reached, not that it holds. The LSTM’s whole state, h and c, has 2H numbers; H of them are read. The chain is the longest path of operations that need one another in the Program of T steps, 64 … 1024; linear recurrences counted as an associative scan.',
    control:
      'Attention keeps what the state loses, on the same numbers; its chain, counted in the same way, grows with log T.',
    async measure(seed, work) {
      const { states, lengths, ...how } = sizes[work.budget];
      const K = states.at(-1) ?? 1;
      const whole = states.length + 1;
      const left: number[] = [];
      for (const [i, H] of states.entries()) {
        const net = cellSqueezer('LSTM', lstm.with({ f: { b: 3 } }), H);
        left.push(await squeeze(net, { ...how, K, seed }, work, [i / whole, (i + 1) / whole]));
      }
      const attention = await squeeze(attentionSqueezer(8, K), { ...how, K, seed }, work, [1 - 1 / whole, 1]);
      const chainAt = ({ run }: TimedNet, T: number): number =>
        longestChain(trace(run, zeros([T, 1, 8])), { recurrences: 'tree' });
      return {
        states,
        left,
        attention,
        lengths,
        chains: nets.map((net) => ({
          name: net.name,
          recurrent: net.recurrent,
          chain: lengths.map((T) => chainAt(net, T)),
        })),
      };
    },
    judge,
  });

export default ceilingsClaim(timedNets);

/** Of 256 test sequences the variance itself is good to a few per cent. */
const sampling = 0.05;
const learned = 0.1;
const asLong = 0.95;

function judge(measured: readonly CeilingsMeasured[]): Judgement {
  const first = measured[0];
  const states = first?.states ?? [];
  const K = states.at(-1) ?? Number.NaN;
  const leftAt = (i: number): number[] => measured.map(({ left }) => left[i] ?? Number.NaN);
  const half = states.length - 2;
  const squeezed: Part = {
    says: `all of the past has to be squeezed into the state: of ${K} numbers a readout of ${states[half]} loses half`,
    what: `what is left of their variance, LSTM, H = ${states[half]}`,
    values: leftAt(half),
    threshold: '≥ 0.45, where 0.5 is what no linear readout of this size can go below',
    holds: leftAt(half).every((value) => value >= 0.5 - sampling),
  };
  const chains = (first?.chains ?? []).map(({ name, recurrent }, i) => ({
    name,
    recurrent,
    values: measured.map(({ lengths, chains: all }) => exponentOf(lengths, all[i]?.chain ?? [])),
  }));
  const serial = chains
    .filter(({ recurrent }) => recurrent)
    .map(
      ({ name, values }): Part => ({
        says: `no step can begin before the one before it has ended (${name})`,
        what: `exponent of T in the longest chain, ${name}`,
        values,
        threshold: '≥ 0.95',
        holds: values.every((value) => value >= asLong),
      }),
    );
  const lifted = chains.filter(
    ({ recurrent, name }) => recurrent && serial.some(({ says, holds }) => !holds && says.includes(`(${name})`)),
  );
  return {
    parts: [squeezed, ...serial],
    oracles: [
      {
        what: 'a state as large as the past keeps all of it: the net can learn the task (at most 0.1 left)',
        holds: leftAt(states.length - 1).every((value) => value <= learned),
      },
      { what: 'attention keeps all of it', holds: measured.every(({ attention }) => attention <= learned) },
      {
        what: 'no state goes below 1 − H/K',
        holds: measured.every(({ left }) => left.every((value, i) => value >= 1 - (states[i] ?? 0) / K - sampling)),
      },
      {
        what: 'the chain of attention grows more slowly than T^½',
        holds: chains.every(({ recurrent, values }) => recurrent || values.every((value) => value < 0.5)),
      },
    ],
    condition: `the recurrence is not linear in its state: ${lifted.map(({ name }) => name).join(', ')} computes T steps as a tree of log T. The first ceiling stays, as was measured for a linear readout`,
    readings: [
      ...states.map((H, i) => ({
        what: `left of the variance, LSTM, H = ${H} (bound ${1 - H / K})`,
        values: leftAt(i),
      })),
      { what: 'left of the variance, attention', values: measured.map(({ attention }) => attention) },
      ...(first?.chains ?? []).map(({ name }, i) => ({
        what: `longest chain at T = ${first?.lengths.at(-1)}, ${name}`,
        values: measured.map(({ chains: all }) => all[i]?.chain.at(-1) ?? Number.NaN),
      })),
    ],
    charts: charts(measured),
  };
}

function charts(measured: readonly CeilingsMeasured[]): Judgement['charts'] {
  const [first] = measured;
  if (first === undefined) return [];
  const { states, lengths, chains } = first;
  const K = states.at(-1) ?? Number.NaN;
  return [
    {
      kind: 'lines',
      title: `What a state of H numbers loses of ${K} that came before; dashed what every state of that size loses at least`,
      x: { label: 'numbers in the state, H' },
      y: { label: 'left of the variance', zero: true },
      series: [
        { label: 'LSTM', points: over(states, medians(measured.map(({ left }) => left))) },
        {
          label: '1 − H/K',
          style: 'quiet',
          points: over(
            states,
            states.map((H) => 1 - H / K),
          ),
        },
        {
          label: 'attention',
          points: over(states, medians(measured.map(({ attention }) => states.map(() => attention)))),
        },
      ],
    },
    {
      kind: 'lines',
      title: 'The longest chain of operations that need one another, over the number of steps',
      x: { label: 'steps T', scale: 'log' },
      y: { label: 'operations one after another', scale: 'log' },
      series: chains.map(({ name, chain }) => ({ label: name, points: over(lengths, chain) })),
    },
  ];
}
