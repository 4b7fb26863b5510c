import { type AnyCell, chrono, lstm, minus } from '@throughline/rnn';
import { defineLessonClaim, type Judgement, type LessonClaim, type Part, type Work } from '../claim.ts';
import { byPlace, medians } from '../curves.ts';
import { type HeldGates, measureHolding } from '../gates/held-gates.ts';
import { median } from '../spread.ts';

/** A net at one lag, before and after training. */
export interface HoldingMeasured {
  readonly start: string;
  readonly lag: number;
  /** False where nothing has to be remembered. */
  readonly memory: boolean;
  readonly before: HeldGates;
  readonly after: HeldGates;
}

const sizes = {
  full: { lags: [8, 30], H: 8, steps: 300, batch: 16 },
  test: { lags: [3], H: 2, steps: 2, batch: 2 },
};

/** The same cell from two starts of its forget gate, for a memory of about `lag` steps. */
const starts: readonly { readonly name: string; cell(lag: number): AnyCell }[] = [
  { name: 'bias 1', cell: () => lstm.with({ f: { b: 1 } }) },
  { name: 'chrono', cell: (lag) => lstm.with({ f: { b: chrono(4 * lag) }, i: { b: minus('f.b') } }) },
];

const claim: LessonClaim<readonly HoldingMeasured[]> = defineLessonClaim({
  number: 8,
  sentence: 'The forget gate is a learned value, held near 1 as long as a memory matters.',
  question: 'Does training open the forget gate of the units that remember, for as long as they have to?',
  method:
    'A latch: of random numbers in [−1, 1] two are marked, and the one marked last is to be said at every step. LSTM, 8 units, lags 8 and 30, 300 updates of Adam, from forget bias 1 and from chrono(4·lag). Units are weighted by what the last answer owes to them, |∂answer/∂c · c| after the mark; of their forget gates are taken the mean over the steps between the mark and the answer, that at the mark, and −1/mean ln f: the steps in which the belt alone falls to 1/e. Whether it is open long enough is asked of the median seed, whether it closes of every seed.',
  control:
    'The same inputs, asked for the number of the same step: nothing to remember, and the gradient must not reach back.',
  async measure(seed, work) {
    const { lags, ...size } = sizes[work.budget];
    const jobs = [
      ...starts.flatMap((start) => lags.map((lag) => ({ start, lag, memory: true }))),
      ...starts.slice(0, 1).flatMap((start) => lags.slice(-1).map((lag) => ({ start, lag, memory: false }))),
    ];
    const cost = (to: number): number => jobs.slice(0, to).reduce((sum, { lag }) => sum + lag, 0);
    const measured: HoldingMeasured[] = [];
    for (const [i, { start, lag, memory }] of jobs.entries()) {
      const job = { ...size, cell: start.cell(lag), lag, memory, values: 'numbers', seed } as const;
      const share = [cost(i) / cost(jobs.length), cost(i + 1) / cost(jobs.length)] as const;
      measured.push({ start: start.name, lag, memory, ...(await measureHolding(job, work satisfies Work, share)) });
    }
    return measured;
  },
  judge,
});
export default claim;

const learned = 0.1;
const closes = 0.8;

function judge(measured: readonly (readonly HoldingMeasured[])[]): Judgement {
  const jobs = measured[0] ?? [];
  const of = (i: number, read: (one: HoldingMeasured) => number): number[] =>
    measured.map((all) => {
      const one = all[i];
      return one === undefined ? Number.NaN : read(one);
    });
  const remembering = jobs.map((job, i) => ({ ...job, i })).filter(({ memory }) => memory);
  const parts = remembering.flatMap(({ start, lag, i, after }): Part[] => {
    const open = of(i, (one) => one.after.beltTime);
    const ratio = of(i, (one) => one.after.keepAtSet / one.after.keep);
    return [
      {
        says: `the gate is near 1 as long as the memory matters (${start}, lag ${lag})`,
        what: `steps in which the belt alone falls to 1/e, for ${after.hold} steps to hold`,
        values: open,
        threshold: `median ≥ ${after.hold}`,
        holds: median(open) >= after.hold,
      },
      {
        says: `and no longer: it closes when a new value is set (${start}, lag ${lag})`,
        what: 'f at the mark / f while holding',
        values: ratio,
        threshold: '≤ 0.8',
        holds: ratio.every((value) => value <= closes),
      },
    ];
  });
  const readings = jobs.flatMap(({ start, lag, memory }, i) => {
    const name = `${start}, lag ${lag}${memory ? '' : ', nothing to remember'}`;
    return [
      { what: `mean f while holding, before training, ${name}`, values: of(i, (one) => one.before.keep) },
      { what: `mean f while holding, after training, ${name}`, values: of(i, (one) => one.after.keep) },
      { what: `‖∂answer/∂c‖ at the mark beside the end, after, ${name}`, values: of(i, (one) => one.after.reach) },
    ];
  });
  const moved = Math.max(...remembering.flatMap(({ i }) => of(i, (one) => Math.abs(one.after.keep - one.before.keep))));
  const open = starts
    .map(({ name }) => name)
    .filter((name) =>
      parts.every(({ says, holds }) => !says.startsWith('the gate') || !says.includes(`(${name},`) || holds),
    );
  const opened = remembering.filter(({ start }) => open.includes(start));
  const short = opened.reduce(
    (sum, { i }) => sum + of(i, (one) => Number(one.after.beltTime < one.after.hold)).reduce((a, b) => a + b),
    0,
  );
  return {
    parts,
    oracles: [
      {
        what: 'every net learned its task (at most 0.1 of the variance is left)',
        holds: measured.every((all) => all.every(({ after }) => after.unexplained <= learned)),
      },
      {
        what: 'the gradient reaches the mark where it is needed (≥ 0.1), and does not where it is not (≤ 0.02)',
        holds: measured.every((all) =>
          all.every(({ memory, after }) => (memory ? after.reach >= 0.1 : after.reach <= 0.02)),
        ),
      },
    ],
    condition: conditionOf(open, moved, short, opened.length * measured.length),
    readings,
    charts: [chart(measured)],
  };
}

function conditionOf(open: readonly string[], moved: number, short: number, nets: number): string {
  if (open.length === 0)
    return 'one asks for the gate’s closing alone: no start ends with a gate that is open for as long as the memory lasts';
  const most = short === 0 ? '' : ` and even so falls short in ${short} of ${nets} nets`;
  return `the gate starts there (${open.join(', ')})${most}: training moves its mean by ${moved.toPrecision(1)} at most. From the other starts the number is held as well, by the loop through h, with the gate far from 1`;
}

function chart(measured: readonly (readonly HoldingMeasured[])[]): Judgement['charts'][number] {
  const jobs = measured[0] ?? [];
  const longest = Math.max(...jobs.map(({ lag }) => lag));
  const series = jobs.flatMap(({ start, lag, memory }, i) => {
    if (lag !== longest) return [];
    const course = (read: (one: HoldingMeasured) => readonly number[]): number[] =>
      medians(measured.map((all) => (all[i] === undefined ? [] : read(all[i]))));
    const label = memory ? start : 'no memory';
    return [
      {
        label,
        color: i,
        points: byPlace(
          course((one) => one.after.course),
          1,
        ),
      },
      {
        label: `${label}, before`,
        color: i,
        style: 'quiet' as const,
        points: byPlace(
          course((one) => one.before.course),
          1,
        ),
      },
    ];
  });
  return {
    kind: 'lines',
    title: `The forget gate of the units that remember, over a latch of lag ${longest} with marks at the start of each half; dashed before training`,
    x: { label: 'step' },
    y: { label: 'mean f', domain: [0, 1] },
    series,
  };
}
