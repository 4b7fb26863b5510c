import { foldIn, key } from '@throughline/autograd';
import { type AnyCell, lstm, rnn } from '@throughline/rnn';
import { rgLru, s4d, s6 } from '@throughline/rnn/cells';
import { addingTask } from '@throughline/train';
import { defineLessonClaim, type Judgement, type LessonClaim, type Part } from '../claim.ts';
import { medians } from '../curves.ts';
import { type Dynamics, dynamicsOf, scaled } from '../dynamics/step-spectra.ts';
import { learn } from '../learning/learn.ts';
import { cellLayer, wrapped } from '../learning/wrapped.ts';

/** A cell, its extents, and whether it is one of those that survive. */
export interface Candidate {
  readonly name: string;
  readonly survives: boolean;
  readonly cell: AnyCell;
  readonly dims: { readonly H: number; readonly N?: number; readonly R?: number };
}

/** One cell's dynamics. */
export interface SurvivorMeasured {
  readonly name: string;
  readonly survives: boolean;
  readonly start: Dynamics;
  readonly trained: Dynamics;
  /** With all parameters four times as large. */
  readonly large: Dynamics;
  /** Test loss beside the baseline's. */
  readonly loss: number;
}

/** All have states of 16 numbers. */
const candidates: readonly Candidate[] = [
  { name: 'RNN', survives: false, cell: rnn, dims: { H: 16 } },
  { name: 'LSTM', survives: false, cell: lstm.with({ f: { b: 1 } }), dims: { H: 8 } },
  { name: 'S4D', survives: true, cell: s4d, dims: { H: 4, N: 2 } },
  { name: 'S6', survives: true, cell: s6, dims: { H: 4, N: 4, R: 1 } },
  { name: 'RG-LRU', survives: true, cell: rgLru, dims: { H: 16 } },
];

const sizes = { full: { T: 40, steps: 100, batch: 16 }, test: { T: 4, steps: 1, batch: 2 } };

/** The claim about other cells. */
export const survivorsClaim = (among: readonly Candidate[]): LessonClaim<readonly SurvivorMeasured[]> =>
  defineLessonClaim({
    number: 14,
    sentence:
      'What survives of recurrence are state spaces and gated linear recurrences: recurrences with better-behaved dynamics.',
    question: 'How do the step Jacobians of S4D, Mamba’s S6 and RG-LRU differ from those of RNN and LSTM?',
    method:
      'Cells with states of 16 numbers, along 40 steps of random inputs: singular values and spectral radius of every step’s Jacobian of the whole state, the norm of their products, the largest Lyapunov exponent λ; at the start, after 100 updates on the adding problem (a linear map and gelu before, gelu and a linear map after), and at the start with all parameters times 4. Measured is the second half of the sentence, the dynamics; what survives is a matter of use, not of measurement. After 100 updates no cell has learned the task yet (see the readings). The Jacobians of the three are diagonal by construction, with entries of at most 1 in size. The LSTM has forget bias 1; one with chrono biases was not measured.',
    control: 'RNN and LSTM, measured in the same way, amplify changes and have Jacobians that are not normal.',
    async measure(seed, work) {
      const { T, steps, batch } = sizes[work.budget];
      const measured: SurvivorMeasured[] = [];
      for (const [i, { name, survives, cell, dims }] of among.entries()) {
        const task = addingTask({ T, batch });
        const I = dims.H;
        const start = cell.init(foldIn(key(seed), i), { I, ...dims });
        const share = [i / among.length, (i + 0.6) / among.length] as const;
        const model = wrapped(task, name, cellLayer(cell, dims), I);
        const { params, loss } = await learn({ task, model, seed, steps, rate: 0.01 }, work, share);
        const look = (own: typeof start): Dynamics => dynamicsOf(cell, own, I, T, seed);
        await work.turn();
        measured.push({
          name,
          survives,
          start: look(start),
          trained: look(params.inner),
          large: look(scaled(start, 4)),
          loss,
        });
      }
      return measured;
    },
    judge,
  });

export default survivorsClaim(candidates);

const rounding = 1e-6;
const longer = 2;

function judge(measured: readonly (readonly SurvivorMeasured[])[]): Judgement {
  const all = (measured[0] ?? []).map(({ name, survives }, i) => ({ name, survives, i }));
  const of = (i: number, read: (one: SurvivorMeasured) => number): number[] =>
    measured.map((seeds) => (seeds[i] === undefined ? Number.NaN : read(seeds[i])));
  const worst =
    (read: (one: Dynamics) => number) =>
    (one: SurvivorMeasured): number =>
      Math.max(read(one.start), read(one.trained), read(one.large));
  const growth = worst((one) => one.growth);
  const nonNormal = worst((one) => one.nonNormal);
  const memory = (one: Dynamics): number => (one.exponent >= 0 ? Number.POSITIVE_INFINITY : -1 / one.exponent);
  const reference = all.find(({ name }) => name === 'LSTM');
  const beside = (read: (one: SurvivorMeasured) => Dynamics, i: number): number[] => {
    const theirs = of(reference?.i ?? -1, (one) => memory(read(one)));
    return of(i, (one) => memory(read(one))).map((own, seed) => own / (theirs[seed] ?? Number.NaN));
  };
  const survivors = all.filter(({ survives }) => survives);
  const parts = survivors.flatMap(({ name, i }): Part[] => [
    part(
      `no change of the state ever grows (${name})`,
      `largest ‖∂s_t/∂s_0‖, start, trained and ×4, ${name}`,
      of(i, growth),
      1 + rounding,
    ),
    part(`its eigenvalues tell all (${name})`, `largest ‖J‖ / ρ(J) of a step, ${name}`, of(i, nonNormal), 1 + rounding),
    ...[
      { at: 'at the start', read: (one: SurvivorMeasured): Dynamics => one.start },
      { at: 'after training', read: (one: SurvivorMeasured): Dynamics => one.trained },
    ].map(({ at, read }): Part => {
      const values = beside(read, i);
      return {
        says: `it remembers longer than an LSTM ${at} (${name})`,
        what: `−1/λ beside the LSTM’s ${at}, ${name}`,
        values,
        threshold: '≥ 2',
        holds: values.every((value) => value >= longer),
      };
    }),
  ]);
  const others = all.filter(({ survives }) => !survives);
  const failing = parts.filter(({ holds }) => !holds).map(({ says }) => says);
  return {
    parts,
    oracles: [
      {
        what: 'control: RNN and LSTM amplify changes in some run of every seed (by 1 % or more), and their Jacobians are not normal',
        holds:
          others.length > 0 &&
          others.every(({ i }) => of(i, growth).every((g) => g > 1.01) && of(i, nonNormal).every((n) => n > 1.01)),
      },
    ],
    condition: `one leaves out what did not hold on every seed: ${failing.join('; ')}`,
    readings: all.flatMap(({ name, i }) => [
      { what: `largest ‖∂s_t/∂s_0‖, start, trained and ×4, ${name}`, values: of(i, growth) },
      { what: `largest ‖J‖ / ρ(J), ${name}`, values: of(i, nonNormal) },
      { what: `−1/λ at the start, ${name}`, values: of(i, (one) => memory(one.start)), unit: 'steps' },
      { what: `−1/λ after training, ${name}`, values: of(i, (one) => memory(one.trained)), unit: 'steps' },
      { what: `test loss / baseline after 100 updates, ${name}`, values: of(i, (one) => one.loss) },
    ]),
    charts: [chart(measured, 'trained', 'after training'), chart(measured, 'large', 'with all parameters times 4')],
  };
}

const part = (says: string, what: string, values: readonly number[], most: number): Part => ({
  says,
  what,
  values,
  threshold: '≤ 1 + 10⁻⁶',
  holds: values.every((value) => value <= most),
});

function chart(
  measured: readonly (readonly SurvivorMeasured[])[],
  at: 'trained' | 'large',
  when: string,
): Judgement['charts'][number] {
  return {
    kind: 'lines',
    title: `Singular values of the steps’ Jacobians ${when}, from the least to the largest`,
    x: { label: 'part of all singular values', percent: true },
    y: { label: 'singular value', scale: 'log', floor: 1e-3 },
    rules: [{ y: 1, label: '1' }],
    series: (measured[0] ?? []).map(({ name }, i) => {
      const values = medians(measured.map((seeds) => seeds[i]?.[at].singular ?? []));
      return { label: name, points: values.map((y, q) => ({ x: q / Math.max(1, values.length - 1), y })) };
    }),
  };
}
