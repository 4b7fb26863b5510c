import { foldIn, key, normal, square, sum, trace, valueAndGrad } from '@throughline/autograd';
import { compile } from '@throughline/compiler';
import { type AnyCell, gru, lstm, type ParamTree, unroll } from '@throughline/rnn';
import type { Tensor } from '@throughline/tensor';
import { addingTask, cellModel, selectiveCopyTask, type Task } from '@throughline/train';
import { defineLessonClaim, type Judgement, type LessonClaim, type Part } from '../claim.ts';
import { operations } from '../counting/operations.ts';
import { race } from '../counting/race.ts';
import { countNumbers, widthFor } from '../learning/equal-width.ts';
import { learn } from '../learning/learn.ts';
import { median, spread } from '../spread.ts';

/** What one of the two gives. */
interface Side {
  readonly parameters: number;
  /** Of one gradient, by the equations of its Program. */
  readonly operations: number;
  readonly milliseconds: number;
}
/** What one seed gives: the LSTM first. */
export interface GruMeasured {
  /** At one width, and at as many parameters. */
  readonly sameWidth: readonly [Side, Side];
  readonly sameParameters: readonly [Side, Side];
  readonly learned: readonly { readonly task: string; readonly losses: readonly [number, number] }[];
}

const sizes = {
  full: { I: 8, H: 64, T: 40, B: 16, rounds: 12, learn: { H: 16, steps: 400, batch: 16 }, tasks: [30, 16] },
  test: { I: 2, H: 4, T: 3, B: 1, rounds: 2, learn: { H: 3, steps: 2, batch: 2 }, tasks: [4, 4] },
} as const;

/** The claim about two cells, of which the first stands for the LSTM. */
export const gruClaim = (first: AnyCell, second: AnyCell): LessonClaim<GruMeasured> =>
  defineLessonClaim({
    number: 10,
    sentence: 'The GRU does with two gates what the LSTM does with three: simpler, faster, and about as good.',
    question: 'Is a GRU cheaper than an LSTM, and as good, with as many parameters?',
    method:
      'One gradient over 40 steps of 16 sequences, 64 units against as many, and against a GRU with as many parameters: operations counted in the Program, milliseconds compiled beside them (least of 12 in turn; no verdict rests on them). Then both with as many parameters (an LSTM of 16 units, forget bias 1) learn the adding problem (30 steps) and selective copying (3 symbols among 16 steps), 400 updates of Adam. About as good means: no worse by then; it may be better, or sooner.',
    control: 'A cell against itself is not cheaper, and a net that keeps nothing of the past is not as good.',
    alone: true,
    async measure(seed, work) {
      const { learn: how, tasks, ...size } = sizes[work.budget];
      const wide = widthFor(second, size.I, countNumbers(first.init(key(0), { I: size.I, H: size.H })));
      const pair = (H: number): [Side, Side] => sides([first, second], [size.H, H], size, seed);
      const [sameWidth, sameParameters] = [pair(size.H), pair(wide)];
      await work.turn();
      const learned: GruMeasured['learned'][number][] = [];
      const both: Task[] = [
        addingTask({ T: tasks[0], batch: how.batch }),
        selectiveCopyTask({ T: tasks[1], length: 3, symbols: 4, batch: how.batch }),
      ];
      for (const [i, task] of both.entries()) {
        const I = 'symbols' in task.takes ? task.takes.symbols : task.takes.numbers;
        const H = widthFor(second, I, countNumbers(first.init(key(0), { I, H: how.H })));
        const losses: number[] = [];
        for (const [cell, own] of [
          [first, how.H],
          [second, H],
        ] as const) {
          const done = 0.1 + (0.9 * (2 * i + losses.length)) / 4;
          const job = { task, model: cellModel(task, cell, { H: own }), seed, steps: how.steps, rate: 0.01 };
          losses.push((await learn(job, work, [done, done + 0.225])).loss);
        }
        learned.push({ task: task.name, losses: losses as [number, number] }); // two cells
      }
      return { sameWidth, sameParameters, learned };
    },
    judge,
  });

export default gruClaim(lstm.with({ f: { b: 1 } }), gru);

function sides(
  cells: readonly [AnyCell, AnyCell],
  widths: readonly [number, number],
  { I, T, B, rounds }: { I: number; T: number; B: number; rounds: number },
  seed: number,
): [Side, Side] {
  const xs = normal(foldIn(key(seed), 1), [T, B, I]);
  const nets = cells.map((cell, i) => {
    const H = widths[i] as number; // two of each
    const params = cell.init(foldIn(key(seed), 2), { I, H });
    const gradient = valueAndGrad((p: ParamTree, x: Tensor) => sum(square(unroll(cell, p, x).out)));
    const compiled = compile(gradient);
    return {
      parameters: countNumbers(params),
      operations: operations(trace(gradient, params, xs)),
      run: () => compiled(params, xs),
    };
  });
  const times = race(
    nets.map(({ run }) => run),
    rounds,
  );
  return nets.map(({ parameters, operations: count }, i) => ({
    parameters,
    operations: count,
    milliseconds: times[i] ?? Number.NaN,
  })) as [Side, Side]; // two cells
}

const cheaper = 0.9;

function judge(measured: readonly GruMeasured[]): Judgement {
  const cost = (says: string, at: 'sameWidth' | 'sameParameters'): Part => {
    const values = measured.map((one) => one[at][1].operations / one[at][0].operations);
    return {
      says,
      what: `operations of a gradient, GRU / LSTM, ${at === 'sameWidth' ? 'as wide' : 'with as many parameters'}`,
      values,
      threshold: '≤ 0.9',
      holds: values.every((value) => value <= cheaper),
    };
  };
  const tasks = measured[0]?.learned.map(({ task }) => task) ?? [];
  const losses = (i: number, side: 0 | 1): number[] =>
    measured.map(({ learned }) => learned[i]?.losses[side] ?? Number.NaN);
  const asGood = tasks.map((task, i): Part => {
    const [theirs, own] = [losses(i, 0), losses(i, 1)];
    return {
      says: `it is about as good with as many parameters (${task})`,
      what: `test loss / baseline of the GRU (of the LSTM: ${spread(theirs).min.toPrecision(2)} … ${spread(theirs).max.toPrecision(2)}), ${task}`,
      values: own,
      threshold: 'its median is not above the LSTM’s largest, nor above 0.5',
      holds: median(own) <= spread(theirs).max && median(own) <= 0.5,
    };
  });
  const parts = [
    cost('it computes less (as wide)', 'sameWidth'),
    cost('it computes less (with as many parameters)', 'sameParameters'),
    ...asGood,
  ];
  const better = tasks.filter((_, i) => asGood[i]?.holds);
  return {
    parts,
    oracles: [
      {
        what: 'both have as many parameters, within 5 %',
        holds:
          measured.every(({ sameParameters: [a, b] }) => Math.abs(b.parameters / a.parameters - 1) <= 0.05) ||
          measured.some(({ sameWidth: [a] }) => a.parameters < 500),
      },
    ],
    condition: `one compares nets of one width: then it has ${percent(measured[0]?.sameWidth)} of the parameters. With as many parameters it computes as much${better.length === tasks.length ? ', and after as many updates is no worse' : ''}`,
    readings: [
      ...tasks.map((task, i) => ({ what: `test loss / baseline of the LSTM, ${task}`, values: losses(i, 0) })),
      { what: 'a gradient of the LSTM', values: measured.map(({ sameWidth: [a] }) => a.milliseconds), unit: 'ms' },
      { what: 'of the GRU as wide', values: measured.map(({ sameWidth: [, b] }) => b.milliseconds), unit: 'ms' },
      {
        what: 'of the GRU with as many parameters',
        values: measured.map(({ sameParameters: [, b] }) => b.milliseconds),
        unit: 'ms',
      },
    ],
    charts: [chart(measured, tasks)],
  };
}

const percent = (pair: readonly [Side, Side] | undefined): string =>
  pair === undefined ? 'fewer' : `${Math.round((100 * pair[1].parameters) / pair[0].parameters)} %`;

function chart(measured: readonly GruMeasured[], tasks: readonly string[]): Judgement['charts'][number] {
  const sorted = (i: number, side: 0 | 1): number[] =>
    measured.map(({ learned }) => learned[i]?.losses[side] ?? Number.NaN).toSorted((a, b) => a - b);
  return {
    kind: 'lines',
    title: 'Test loss of LSTM and GRU with as many parameters, on two tasks: the seeds from the best to the worst',
    x: { label: 'seed, by rank' },
    y: { label: 'loss / baseline', scale: 'log' },
    rules: [{ y: 1, label: 'baseline' }],
    series: tasks.flatMap((task, i) =>
      (['LSTM', 'GRU'] as const).map((name, side) => ({
        label: `${name}, ${task}`,
        color: 2 * i + side,
        points: sorted(i, side as 0 | 1).map((y, x) => ({ x: x + 1, y })), // the two of them
      })),
    ),
  };
}
