import type { Node, Statement } from '../language/ast.ts';
import { nodesOf } from '../language/ast.ts';
import type { Times } from '../meaning/domain.ts';
import { Evaluator, type Source } from '../meaning/evaluate.ts';
import type { Reading } from '../meaning/reading.ts';
import { type Sides, sidesOf } from './compare.ts';
import { Differences } from './differences.ts';
import { differencesSource, reverseSource, rowsOf } from './sources.ts';
import type { Specimen } from './specimen.ts';

type Relation = Extract<Statement, { kind: 'relation' }>;

/** Both sides of every link of a claim, for one run and one set of steps. */
export interface Case {
  readonly specimen: Specimen;
  readonly times: Times;
  /** By reverse mode, link by link. */
  readonly reverse: readonly Sides[];
  /** By differences; the slack is what their errors amount to. */
  readonly differences: readonly Sides[];
}

/** Evaluates a claim on one run. */
export function* casesOf(reading: Reading, specimen: Specimen, all: readonly Times[]): Generator<Case> {
  const { claim, words } = reading;
  const statement = reading.statement as Relation; // dependence is decided elsewhere
  const reverse = reverseSource(specimen, claim.text, words);
  const moved = differencesSource(specimen, claim.text, words, new Differences(specimen));
  for (const times of all) {
    const bySource = (source: Source): Sides[] => sidesBy(reading, statement, source, times);
    yield {
      specimen,
      times,
      reverse: bySource(reverse),
      differences: hasDerivative(statement)
        ? withSlack(bySource(moved(false)), bySource(moved(true)))
        : bySource(moved(false)),
    };
  }
}

/** Only by reverse mode. */
export function* reverseCases(
  reading: Reading,
  specimen: Specimen,
  all: readonly Times[],
): Generator<readonly Sides[]> {
  const source = reverseSource(specimen, reading.claim.text, reading.words);
  for (const times of all) yield sidesBy(reading, reading.statement as Relation, source, times); // as above
}

function sidesBy({ kinds }: Reading, { sides, links }: Relation, source: Source, times: Times): Sides[] {
  const evaluator = new Evaluator(kinds, source);
  const values = sides.map((side) => evaluator.evaluate(side, times));
  return links.map((_, i) => sidesOf(values[i] as never, values[i + 1] as never, source.rows)); // one more side than links
}

/** Errors of differences enter a side as ten times what moving the derivatives by them does to it. */
function withSlack(values: readonly Sides[], moved: readonly Sides[]): Sides[] {
  return values.map((one, i) => {
    const other = moved[i] as Sides; // the same links
    const change = (a: Float64Array, b: Float64Array, k: number): number => Math.abs((a[k] ?? 0) - (b[k] ?? 0));
    const slack = one.left.map((_, k) => 10 * (change(one.left, other.left, k) + change(one.right, other.right, k)));
    return { ...one, slack };
  });
}

export const hasDerivative = ({ sides }: { readonly sides: readonly Node[] }): boolean =>
  sides.some((side) => [...nodesOf(side)].some(({ kind }) => kind === 'derivative'));

/** Whether every value of the run's lines is a number: generic parameters may lie outside a cell's domain. */
export function isFiniteRun(specimen: Specimen, lines: Iterable<string>): boolean {
  const run = new Differences(specimen);
  const names = [...lines];
  return specimen.inputs.every((_, i) =>
    names.every((name) =>
      run
        .line(name, i + 1)
        .toTypedArray()
        .every((value: number | bigint) => Number.isFinite(Number(value))),
    ),
  );
}
export { rowsOf };
