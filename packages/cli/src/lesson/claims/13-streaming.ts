import { performance } from 'node:perf_hooks';
import { foldIn, key, normal, unstack } from '@throughline/autograd';
import { compile } from '@throughline/compiler';
import { gru, lstm, unroll } from '@throughline/rnn';
import { minGru, rgLru, s4d, s6 } from '@throughline/rnn/cells';
import { stream } from '@throughline/rnn/sequences';
import { defineLessonClaim, type Judgement, type LessonClaim, type Part, type Work } from '../claim.ts';
import { exponentOf } from '../counting/exponent.ts';
import { type StreamedNet, streamedCell, streamedTransformer } from '../counting/streams.ts';
import { over } from '../curves.ts';

/** What one seed gives. */
export interface StreamingMeasured {
  readonly lengths: readonly number[];
  readonly nets: readonly {
    readonly name: string;
    readonly recurrent: boolean;
    /** Kept after so many steps, and the cost of the next one. */
    readonly bytes: readonly number[];
    readonly next: readonly number[];
    /** Operations of a run of so many steps. */
    readonly whole: readonly number[];
  }[];
  /** Of an LSTM that was really streamed. */
  readonly streamed: Streamed;
}
interface Streamed {
  readonly steps: number;
  /** Microseconds per step, over each tenth of the run. */
  readonly microseconds: readonly number[];
  /** Whether outputs along the way have the bits of the whole run. */
  readonly same: boolean;
}

const sizes = {
  full: { width: 8, lengths: [16, 64, 256, 1024], steps: 100_000, compared: 200 },
  test: { width: 2, lengths: [4, 8], steps: 20, compared: 5 },
};

const netsOf = (width: number): readonly StreamedNet[] => [
  streamedCell('LSTM', lstm, width),
  streamedCell('GRU', gru, width),
  streamedCell('minGRU', minGru, width),
  streamedCell('S4D', s4d, width),
  streamedCell('S6', s6, width),
  streamedCell('RG-LRU', rgLru, width),
  streamedTransformer(width),
];

/** The claim about other nets. */
export const streamingClaim = (nets: (width: number) => readonly StreamedNet[]): LessonClaim<StreamingMeasured> =>
  defineLessonClaim({
    number: 13,
    sentence: 'A recurrent net runs as a stream: constant memory and work per step, so O(T) in all.',
    question: 'What has to be kept after T steps, and what does the next step cost?',
    method:
      'Nets of width 8: bytes of the state after T = 16 … 1024 steps, operations of the next step and of the whole run, counted in their Programs; exponents of T by least squares over logarithms. Counts do not depend on the seed. And an LSTM streamed over 200 steps, its outputs against those of the whole run, bit for bit; compiled, for 100,000 steps, its time per step along the way, on which no verdict rests.',
    control: 'A Transformer block with its keys and values kept: both its memory and the cost of its next step grow.',
    alone: true,
    async measure(seed, work) {
      const { width, lengths } = sizes[work.budget];
      const counted = nets(width).map((net) => {
        const costs = lengths.map((T) => net.after(T));
        return {
          name: net.name,
          recurrent: net.recurrent,
          bytes: costs.map(({ bytes }) => bytes),
          next: costs.map(({ operations }) => operations),
          whole: lengths.map((T) => net.whole(T)),
        };
      });
      return { lengths, nets: counted, streamed: await runStream(seed, work) };
    },
    judge,
  });

export default streamingClaim(netsOf);

async function runStream(seed: number, work: Work): Promise<Streamed> {
  const { width, steps, compared } = sizes[work.budget];
  const params = lstm.init(foldIn(key(seed), 1), { I: width, H: width });
  const inputs = normal(foldIn(key(seed), 2), [compared, 1, width]);
  const rows = unstack(inputs);
  const whole = unstack(unroll(lstm, params, inputs).out);
  const one = stream(lstm, params);
  const same = rows.every((x, t) => String(one.push(x).toArray()) === String(whole[t]?.toArray()));
  const fast = stream(lstm, params, { compile });
  const microseconds: number[] = [];
  for (let part = 0; part < 10; part++) {
    const start = performance.now();
    for (let n = 0; n < steps / 10; n++) fast.push(rows[n % compared] ?? inputs);
    microseconds.push((1e4 * (performance.now() - start)) / steps);
    work.progress((part + 1) / 10);
    await work.turn();
  }
  return { steps: fast.steps, microseconds, same };
}

const flat = 0.01;
const linear = 1.05;

function judge(measured: readonly StreamingMeasured[]): Judgement {
  const nets = measured[0]?.nets ?? [];
  const exponent = (i: number, of: 'bytes' | 'next' | 'whole'): number[] =>
    measured.map(({ lengths, nets: all }) => exponentOf(lengths, all[i]?.[of] ?? []));
  const all = nets.map((net, i) => ({ ...net, i }));
  const recurrent = all.filter((net) => net.recurrent);
  const part = (says: string, of: 'bytes' | 'next' | 'whole', what: string, most: number): Part => {
    const values = measured.map((_, seed) =>
      Math.max(...recurrent.map(({ i }) => exponent(i, of)[seed] ?? Number.NaN)),
    );
    return {
      says,
      what: `exponent of T in ${what}, the largest of ${recurrent.map(({ name }) => name).join(', ')}`,
      values,
      threshold: `≤ ${most}`,
      holds: values.every((value) => value <= most),
    };
  };
  const parts = [
    part('its memory does not grow', 'bytes', 'the bytes kept', flat),
    part('nor does the cost of a step', 'next', 'the operations of the next step', flat),
    part('so that T steps cost O(T)', 'whole', 'the operations of T steps', linear),
  ];
  const limits = { bytes: flat, next: flat, whole: linear };
  const streams = recurrent.filter(({ i }) =>
    (['bytes', 'next', 'whole'] as const).every((of) => exponent(i, of).every((value) => value <= limits[of])),
  );
  const growing = all.filter(({ recurrent }) => !recurrent);
  return {
    parts,
    oracles: [
      {
        what: 'the streamed outputs have the bits of the whole run',
        holds: measured.every(({ streamed }) => streamed.same),
      },
      {
        what: 'control: of a Transformer block memory and step grow, and T steps cost more than O(T)',
        holds:
          growing.length > 0 &&
          growing.every(({ i }) =>
            [
              exponent(i, 'bytes').every((x) => x > 0.9),
              exponent(i, 'next').every((x) => x > 0.1),
              exponent(i, 'whole').every((x) => x > 1.2),
            ].every(Boolean),
          ),
      },
    ],
    condition: `it is one of ${streams.map(({ name }) => name).join(', ')}`,
    readings: [
      ...all.map(({ name, i }) => ({
        what: `kept after ${measured[0]?.lengths.at(-1)} steps, ${name}`,
        values: measured.map(({ nets: own }) => own[i]?.bytes.at(-1) ?? Number.NaN),
        unit: 'bytes',
      })),
      ...growing.flatMap(({ name, i }) => [
        { what: `exponent of T in the bytes kept, ${name}`, values: exponent(i, 'bytes') },
        { what: `exponent of T in the operations of the next step, ${name}`, values: exponent(i, 'next') },
        { what: `exponent of T in the operations of T steps, ${name}`, values: exponent(i, 'whole') },
      ]),
      {
        what: `time per step of a stream of ${measured[0]?.streamed.steps} steps, its last tenth`,
        values: measured.map(({ streamed }) => streamed.microseconds.at(-1) ?? Number.NaN),
        unit: 'µs',
      },
      {
        what: 'the same beside its second tenth',
        values: measured.map(
          ({ streamed }) => (streamed.microseconds.at(-1) ?? Number.NaN) / (streamed.microseconds[1] ?? Number.NaN),
        ),
      },
    ],
    charts: charts(measured),
  };
}

function charts(measured: readonly StreamingMeasured[]): Judgement['charts'] {
  const [first] = measured;
  if (first === undefined) return [];
  const { lengths, nets } = first;
  const chart = (title: string, label: string, read: (net: (typeof nets)[number]) => readonly number[]) => ({
    kind: 'lines' as const,
    title,
    x: { label: 'steps so far, T', scale: 'log' as const },
    y: { label, scale: 'log' as const },
    series: nets.map((net) => ({ label: net.name, points: over(lengths, read(net)) })),
  });
  return [
    chart('Bytes that have to be kept after T steps, nets of width 8', 'bytes', ({ bytes }) => bytes),
    chart('Operations of the next step, nets of width 8', 'operations', ({ next }) => next),
  ];
}
