import { defineLessonClaim } from '../claim.ts';
import { over } from '../curves.ts';
import { oracle, part } from '../judge.ts';
import type { Learned } from '../learn.ts';
import { measureWindow, type Window } from '../measurements/window.ts';
import { median } from '../spread.ts';

/** What guessing one of four symbols costs. */
const baseline = Math.log(4);

export default defineLessonClaim<Window>({
  number: 1,
  sentence:
    'A fixed window fails twice: what lies before it is lost, and what it learned at one place it does not know at another.',
  question:
    'Is a dense net at the baseline beyond its window and at chance elsewhere, where convolution and recurrence are not?',
  method:
    'Recall of one of four symbols over a lag, by a dense net (24 hidden) over the last 10 steps and by an LSTM (24 units, chrono biases); guessing costs ln 4. Then 60 steps of noise with two symbols next to each other, in which order is asked: trained with the pattern at position 5, tested at 50 on 1,024 fresh sequences; a dense net over all 60 steps, one convolution of width 3, an Elman net, both read by their largest values over time. Adam 0.01, clipping at 1, at most 300 updates of 32.',
  control:
    'Within its window the dense net has to learn, and so has every net at position 5; the LSTM has to recall the lag of 15 that the window cannot see.',
  measure: measureWindow,
  judge(measured) {
    const of = (read: (one: Window) => number): number[] => measured.map(read);
    const beyond = (one: Window): Learned[] => one.windowed.filter((_, i) => (one.lags[i] ?? 0) >= one.width);
    const within = (one: Window): Learned[] => one.windowed.filter((_, i) => (one.lags[i] ?? 0) < one.width);
    const growth =
      (name: 'dense' | 'convolution' | 'recurrence') =>
      (one: Window): number =>
        one.moved[name].parameters[1] / one.moved[name].parameters[0];
    const lags = measured[0]?.lags ?? [];
    const curve = (label: string, read: (one: Window) => readonly Learned[]) => ({
      label,
      points: over(
        lags,
        lags.map((_, i) => median(measured.map((one) => read(one)[i]?.success ?? Number.NaN))),
      ),
    });
    const elsewhere = (says: string, name: 'convolution' | 'recurrence') =>
      part(
        says,
        { what: 'right at position 50', values: of((one) => one.moved[name].far) },
        '≥ 0.9',
        (value) => value >= 0.9,
      );
    const parts = [
      part(
        'beyond its window a dense net stays at the baseline',
        {
          what: 'least loss / baseline',
          values: of((one) => Math.min(...beyond(one).map(({ loss }) => loss / baseline))),
        },
        '≥ 0.98',
        (value) => value >= 0.98,
      ),
      part(
        'trained at position 5, a dense net is at chance at 50',
        { what: 'right at position 50', values: of((one) => one.moved.dense.far) },
        'from 0.4 to 0.6',
        (value) => value >= 0.4 && value <= 0.6,
      ),
      elsewhere('a convolution finds it there', 'convolution'),
      elsewhere('a recurrence finds it there', 'recurrence'),
      part(
        'parameters of convolution and recurrence do not depend on T',
        {
          what: 'parameters for 600 steps / for 60',
          values: of((one) => Math.max(growth('convolution')(one), growth('recurrence')(one))),
        },
        '= 1',
        (value) => value === 1,
      ),
    ] as const;
    return {
      parts,
      oracles: [
        oracle('within its window the dense net learns', measured, (one) =>
          within(one).every(({ success }) => success >= 0.99),
        ),
        oracle('every net is right at position 5', measured, ({ moved }) =>
          Object.values(moved).every(({ near }) => near >= 0.95),
        ),
        oracle('the LSTM recalls what the window cannot see', measured, (one) =>
          one.recurrent.some(({ success }, i) => (one.lags[i] ?? 0) > one.width && success >= 0.99),
        ),
      ],
      condition: conditionOf(parts.map(({ holds }) => holds)),
      readings: [
        { what: 'dense net at position 5: right', values: of((one) => one.moved.dense.near) },
        { what: 'dense net: parameters for 600 steps / for 60', values: of(growth('dense')) },
        {
          what: 'LSTM at the longest lag: loss / baseline',
          values: of((one) => (one.recurrent.at(-1)?.loss ?? Number.NaN) / baseline),
        },
      ],
      charts: [
        {
          kind: 'lines',
          title: 'Symbols recalled after training, by lag: a window of 10 steps and an LSTM, median over seeds.',
          x: { label: 'lag in steps', zero: true },
          y: { label: 'symbols recalled', domain: [0, 1], percent: true },
          series: [curve('window of 10', (one) => one.windowed), curve('LSTM', (one) => one.recurrent)],
          rules: [{ y: 0.25, label: 'guessing' }],
        },
      ],
    };
  },
});

function conditionOf([isLost = true, isStuck = true, ...others]: readonly boolean[]): string {
  const conditions = [
    ...(isLost ? [] : ['what is asked cannot be guessed from within the window']),
    ...(isStuck ? [] : ['the pattern never stands where the net is tested']),
    ...(others.every(Boolean) ? [] : ['it is said of the dense net alone: those beside it failed too']),
  ];
  return conditions.join('; and ');
}
