import { chrono, lstm, minus } from '@throughline/rnn';
import { defineLessonClaim, type Judgement, type LessonClaim, type Part } from '../claim.ts';
import { type BeltLeak, type GateFacts, gateFacts, measureBelt, type Start } from '../gates/belt-leak.ts';

/** What one seed gives. */
export interface BeltMeasured {
  readonly facts: GateFacts;
  readonly starts: readonly BeltLeak[];
}

const sizes = { full: { H: 16, T: 60 }, test: { H: 3, T: 6 } };

/** The LSTM from three starts of its forget gate. */
const lstmStarts: readonly Start[] = [
  { name: 'bias 0', cell: lstm.with({ f: { b: 0 } }) },
  { name: 'bias 1', cell: lstm.with({ f: { b: 1 } }) },
  { name: 'chrono(60)', cell: lstm.with({ f: { b: chrono(60) }, i: { b: minus('f.b') } }) },
];

/** The claim about other cells with the same lines: what would refute it, and what makes it plainly true. */
export const beltClaim = (starts: readonly Start[]): LessonClaim<BeltMeasured> =>
  defineLessonClaim({
    number: 7,
    sentence: '∂c_t/∂c_{t−1} ≈ f_t, with gates between 0 and 1 that are functions of h_{t−1} and x_t.',
    question: 'Is the derivative along the cell state the forget gate?',
    method:
      'LSTM, 16 units, 60 steps of the adding problem, before training, forget bias 0, 1 and chrono(60). ∂c_t/∂c_{t−1} by reverse mode, once with h held and once along every path, against diag(f_t), at every step; ∏f against ∂c_T/∂c_0. What ≈ means is our choice: within 5 % at a step on average, within a factor of 2 over 60 steps. The gates’ range, arguments and the equality are proved from the equations.',
    control:
      'A peephole cell, whose gates read c, is refuted by the same measurement; a cell whose gates read x alone passes all of it.',
    async measure(seed, work) {
      const measured: BeltLeak[] = [];
      const cell = starts[0]?.cell;
      if (cell === undefined) throw new RangeError('there is no start to measure.');
      const facts = gateFacts(cell);
      for (const start of starts) {
        await work.turn();
        measured.push(measureBelt(start, seed, sizes[work.budget]));
        work.progress(measured.length / starts.length);
      }
      return { facts, starts: measured };
    },
    judge,
  });

export default beltClaim(lstmStarts);

const rounding = 1e-12;
const near = 0.05;
const factor = 2;

function judge(measured: readonly BeltMeasured[]): Judgement {
  const names = measured[0]?.starts.map(({ name }) => name) ?? [];
  const of = (name: string, read: (one: BeltLeak) => number): number[] =>
    measured.map(({ starts }) => starts.filter((one) => one.name === name).map(read)[0] ?? Number.NaN);
  const held = measured.map(({ starts }) => Math.max(...starts.map((one) => one.held)));
  const proofs = measured.map(({ facts }) => Number(facts.bounded && facts.ofHAndX));
  const exact: Part = {
    says: 'with h_{t−1} held, ∂c_t/∂c_{t−1} is diag(f_t)',
    what: 'largest deviation of any entry',
    values: held,
    threshold: '≤ 1e−12, the equality proved, and the gates proved to lie in [0, 1] and to read h_{t−1} and x_t, not c',
    holds:
      held.every((value) => value <= rounding) &&
      measured.every(({ facts }) => facts.belt) &&
      proofs.every((value) => value === 1),
  };
  const leaks = names.map((name): Part => {
    const values = of(name, ({ leak }) => mean(leak));
    return {
      says: `along every path it is f_t too (${name})`,
      what: `‖∂c_t/∂c_{t−1} − diag f_t‖ / ‖f_t‖, mean over the steps, ${name}`,
      values,
      threshold: '≤ 0.05',
      holds: values.every((value) => value <= near),
    };
  });
  const whole = names.map((name): Part => {
    const values = of(name, ({ belt, total }) => (belt.at(-1) ?? Number.NaN) / (total.at(-1) ?? Number.NaN));
    return {
      says: `so ∂c_T/∂c_0 is the product of the forget gates (${name})`,
      what: `‖∏f‖ / ‖∂c_T/∂c_0‖, T = ${measured[0]?.starts[0]?.total.length}, ${name}`,
      values,
      threshold: 'within a factor of 2',
      holds: values.every((value) => value <= factor && value >= 1 / factor),
    };
  });
  const good = names.filter((_, i) => leaks[i]?.holds && whole[i]?.holds);
  return {
    parts: [exact, ...leaks, ...whole],
    oracles: [
      {
        what: 'one sweep over all steps with h held gives the product of the gates',
        holds: measured.every(({ starts }) => starts.every(({ product }) => product <= rounding || !exact.holds)),
      },
      {
        what: 'the same comparison refutes ∂c_t/∂c_{t−1} = i_t',
        holds: measured.every(({ starts }) => starts.every(({ wrong }) => wrong > 1e-3)),
      },
    ],
    condition: conditionOf(good),
    readings: names.map((name) => ({
      what: `‖∂c_T/∂c_0‖, ${name}`,
      values: of(name, ({ total }) => total.at(-1) ?? Number.NaN),
    })),
    charts: [chart(measured)],
  };
}

const conditionOf = (good: readonly string[]): string =>
  `h_{t−1} is held constant${good.length === 0 ? '' : `, or the gates start nearly saturated (${good.join(', ')})`}: otherwise the state also acts through the next step’s gates, and over many steps most of the gradient takes that way`;

function chart(measured: readonly BeltMeasured[]): Judgement['charts'][number] {
  const starts = measured[0]?.starts ?? [];
  const line = (label: string, values: readonly number[], color: number, quiet: boolean) => ({
    label,
    color,
    ...(quiet ? { style: 'quiet' as const } : {}),
    points: values.map((y, i) => ({ x: i + 1, y })),
  });
  return {
    kind: 'lines',
    title: '∂c_t/∂c_0 of an untrained LSTM along every path, and dashed the product of its forget gates alone',
    x: { label: 'steps t' },
    y: { label: 'Frobenius norm', scale: 'log', floor: 1e-20 },
    series: starts.flatMap(({ name, belt, total }, color) => [
      line(name, total, color, false),
      line(`${name}: ∏f`, belt, color, true),
    ]),
  };
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
