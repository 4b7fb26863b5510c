import type { Judgement, Part } from '../claim.ts';
import type { LayerCosts } from '../counting/costs.ts';
import { exponentOf } from '../counting/exponent.ts';
import { medians, over } from '../curves.ts';

/** What the sentence says of a layer: that it is attention, linear in its state, or what both are compared with. */
export type Role = 'attention' | 'linear' | 'recurrent';

/** What one seed gives of a layer. */
export interface ContenderMeasured {
  readonly name: string;
  readonly says: Role;
  readonly costs: readonly LayerCosts[];
  /** Milliseconds, for each of `timed`. */
  readonly times: readonly number[];
  /** Test loss beside the baseline's, for each of `learned`. */
  readonly losses: readonly number[];
  /** What is left of the variance of K numbers; of a recurrent one it is claim 11's. */
  readonly left: number | null;
}
export interface LengthMeasured {
  readonly counted: readonly number[];
  readonly timed: readonly number[];
  readonly learned: readonly number[];
  readonly layers: readonly ContenderMeasured[];
}

const quadratic = [1.8, 2.1] as const;
const nearlyLinear = 1.2;
const short = 0.5;
const lifted = 0.1;

/** What follows for operations, memory, chain and state from what was counted and learned. */
export function judgeLengths(measured: readonly LengthMeasured[]): Judgement {
  const [first] = measured;
  const all = (first?.layers ?? []).map(({ name, says }, i) => ({ name, says, i }));
  const exponent = (i: number, of: keyof LayerCosts): number[] =>
    measured.map(({ counted, layers }) =>
      exponentOf(
        counted.slice(-3),
        (layers[i]?.costs ?? []).slice(-3).map((cost) => cost[of]),
      ),
    );
  const between = (
    says: string,
    what: string,
    values: readonly number[],
    [low, high]: readonly [number, number],
  ): Part => ({
    says,
    what,
    values,
    threshold: low > 0 ? `${low} … ${high}` : `≤ ${high}`,
    holds: values.every((value) => value >= low && value <= high),
  });
  const parts = all
    .filter(({ says }) => says !== 'recurrent')
    .flatMap(({ name, says, i }): Part[] => {
      const order = says === 'attention' ? 'O(T²)' : 'O(T log T) or O(T)';
      return [
        between(
          `it costs ${order} operations (${name})`,
          `exponent of T in the operations, ${name}`,
          exponent(i, 'operations'),
          says === 'attention' ? quadratic : [0, nearlyLinear],
        ),
        between(
          `and ${order} memory (${name})`,
          `exponent of T in the bytes kept for the gradient, ${name}`,
          exponent(i, 'residualBytes'),
          says === 'attention' ? quadratic : [0, nearlyLinear],
        ),
        between(
          `its steps need not wait (${name})`,
          `exponent of T in the longest chain, ${name}`,
          exponent(i, 'chain'),
          [0, short],
        ),
        between(
          `the past is not squeezed into a fixed state (${name})`,
          `left of the variance of 16 numbers, ${says === 'attention' ? 'a query for each' : 'read out by 8 at the last step'}, ${name}`,
          measured.map(({ layers }) => layers[i]?.left ?? Number.NaN),
          [0, lifted],
        ),
      ];
    });
  const squeezing = parts
    .filter(({ says, holds }) => says.startsWith('the past') && !holds)
    .map(({ says }) => nameIn(says));
  const others = parts.filter(({ says, holds }) => !says.startsWith('the past') && !holds).map(({ says }) => says);
  const recurrent = all.filter(({ says }) => says === 'recurrent');
  return {
    parts,
    oracles: [
      {
        what: 'control: of the LSTM operations and chain both grow as T',
        holds:
          recurrent.length > 0 &&
          recurrent.every(({ i }) =>
            [...exponent(i, 'operations'), ...exponent(i, 'chain')].every((x) => Math.abs(x - 1) < 0.05),
          ),
      },
    ],
    condition: [
      ...(squeezing.length === 0
        ? []
        : [
            `one means the second ceiling of ${squeezing.join(' and ')}: their steps need not wait, but all of their past has to be read from a state and an output of fixed size, like those of an LSTM`,
          ]),
      ...(others.length === 0 ? [] : [`one leaves out ${others.join('; ')}`]),
    ].join(', and '),
    readings: readingsOf(measured, all, exponent),
    charts: charts(measured),
  };
}

const nameIn = (says: string): string => says.slice(says.lastIndexOf('(') + 1, -1);

function readingsOf(
  measured: readonly LengthMeasured[],
  all: readonly { readonly name: string; readonly i: number }[],
  exponent: (i: number, of: keyof LayerCosts) => number[],
): NonNullable<Judgement['readings']> {
  const [first] = measured;
  const [longest, timed] = [first?.counted.at(-1), first?.timed.at(-1)];
  return all.flatMap(({ name, i }) => {
    const of = (read: (one: ContenderMeasured) => number | undefined): number[] =>
      measured.map(({ layers }) => (layers[i] === undefined ? undefined : read(layers[i])) ?? Number.NaN);
    return [
      { what: `operations at T = ${longest}, ${name}`, values: of(({ costs }) => costs.at(-1)?.operations) },
      {
        what: `bytes kept for the gradient at T = ${longest}, ${name}`,
        values: of(({ costs }) => costs.at(-1)?.residualBytes),
      },
      { what: `longest chain at T = ${longest}, ${name}`, values: of(({ costs }) => costs.at(-1)?.chain) },
      { what: `exponent of T in the operations, ${name}`, values: exponent(i, 'operations') },
      { what: `time at T = ${timed}, ${name}`, values: of(({ times }) => times.at(-1)), unit: 'ms' },
      ...(first?.learned ?? []).map((T, n) => ({
        what: `adding, T = ${T}: test loss / baseline, ${name}`,
        values: of(({ losses }) => losses[n]),
      })),
    ];
  });
}

function charts(measured: readonly LengthMeasured[]): Judgement['charts'] {
  const [first] = measured;
  if (first === undefined) return [];
  const chart = (
    title: string,
    label: string,
    xs: readonly number[],
    read: (one: ContenderMeasured) => readonly number[],
  ) => ({
    kind: 'lines' as const,
    title,
    x: { label: 'steps T', scale: 'log' as const },
    y: { label, scale: 'log' as const },
    series: first.layers.map(({ name }, i) => ({
      label: name,
      points: over(xs, medians(measured.map(({ layers }) => (layers[i] === undefined ? [] : read(layers[i]))))),
    })),
  });
  return [
    chart('Operations of a run of T steps, layers of width 16', 'operations', first.counted, ({ costs }) =>
      costs.map(({ operations }) => operations),
    ),
    chart('Bytes kept for the gradient of a run of T steps', 'bytes', first.counted, ({ costs }) =>
      costs.map(({ residualBytes }) => residualBytes),
    ),
    chart('Time of a run of T steps, compiled, one thread', 'milliseconds', first.timed, ({ times }) => times),
    chart(
      'The adding problem after 200 updates: test loss beside the baseline',
      'loss / baseline',
      first.learned,
      ({ losses }) => losses,
    ),
  ];
}
