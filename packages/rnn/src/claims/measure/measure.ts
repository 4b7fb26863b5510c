import { type Answer, answer, describeIndex, type Measurement, type Place, pairOfNumbers, rough } from '../answer.ts';
import type { Link } from '../language/ast.ts';
import { assignments, describeTimes, type Times } from '../meaning/domain.ts';
import type { Reading } from '../meaning/reading.ts';
import { type Case, casesOf, hasDerivative, reverseCases } from './cases.ts';
import {
  differencesTolerance,
  type Entry,
  reverseTolerance,
  type Sides,
  type Tolerance,
  worstEntry,
} from './compare.ts';
import { otherLines, scaledControl } from './controls.ts';
import type { Specimen } from './specimen.ts';

/** The worst entry of all cases. */
interface Worst {
  readonly entry: Entry;
  readonly link: number;
  readonly at: Case;
}

/** How many sets of steps are looked at in one run. */
const mostCases = 60;

/**
 * Measures a claim on runs: both sides for every set of steps, once with derivatives by reverse mode, once by differences.
 * What holds must be refuted again when it is changed a little; else nothing is said.
 */
export function measure(reading: Reading, specimens: readonly Specimen[], everyT: boolean): Answer {
  const { claim, words, statement, domain } = reading;
  if (statement.kind !== 'relation') throw new TypeError('a dependence is decided, not measured'); // check sees to it
  const { links } = statement;
  const steps = specimens[0]?.inputs.length ?? 0;
  const { all, chosen } = assignments(domain, steps, mostCases, everyT);
  const cases = specimens.flatMap((specimen) => [...casesOf(reading, specimen, chosen)]);
  const covers = `${specimens.length} ${specimens.length === 1 ? 'run' : 'runs'} of ${steps} steps, ${cases.length} ${all > chosen.length ? `of ${all * specimens.length} ` : ''}sets of steps, ${specimens[0]?.inputs[0]?.shape[0] ?? 0} rows each`;
  const say = (verdict: Answer['verdict'], reason: string, measurement: Measurement | null): Answer =>
    answer({ verdict, claim: String(claim), cell: words.cell, covers, reason, measurement });
  if (cases.length === 0) return say('inconclusive', `no step of a run of ${steps} fits the claim.`, null);
  const worst = worstOf(cases, links, 'reverse');
  const other = worstOf(cases, links, 'differences');
  const derivative = hasDerivative(statement);
  const measurement = (controls: Measurement['controls']): Measurement => ({
    deviation: worst.entry.deviation,
    relative: worst.entry.relative,
    worst: placeOf(worst, reading),
    cases: cases.length,
    tolerance: reverseTolerance.relative,
    oracle: {
      name: derivative ? 'differences' : 'steps one by one',
      relative: other.entry.relative,
      tolerance: differencesTolerance.relative,
      apart: cases.filter((one) => failsIn(one, links, 'differences') && !failsIn(one, links, 'reverse')).length,
    },
    controls,
  });
  if (!(worst.entry.excess < 0)) {
    const again = entryAt(worst.at.differences, worst, links);
    const agrees = agree(again, worst.entry);
    if (!agrees) return say('inconclusive', disagreement(worst, again, reading), measurement([]));
    return say('refuted', refutation(worst, reading, links), measurement([]));
  }
  if (!(other.entry.excess < 0)) return say('inconclusive', disagreement(other, other.entry, reading), measurement([]));
  const controls = [...scaledControls(cases, links), ...lineControl(reading, specimens.slice(0, 2), chosen)];
  const failed = controls.find(({ refuted }) => !refuted);
  if (failed !== undefined)
    return say(
      'inconclusive',
      `the claim holds, but so it does with ${failed.change}: what was measured cannot tell them apart.`,
      measurement(controls),
    );
  return say('measured', summary(worst, other, links, derivative, cases), measurement(controls));
}

const toleranceOf = { reverse: reverseTolerance, differences: differencesTolerance } as const;

const failsIn = (at: Case, links: readonly Link[], by: 'reverse' | 'differences'): boolean =>
  !(worstOf([at], links, by).entry.excess < 0);

function worstOf(cases: readonly Case[], links: readonly Link[], by: 'reverse' | 'differences'): Worst {
  let worst: Worst | undefined;
  for (const at of cases)
    links.forEach((link, i) => {
      const entry = worstEntry(at[by][i] as Sides, link, toleranceOf[by]); // one per link
      if (
        worst === undefined ||
        entry.excess > worst.entry.excess ||
        (Number.isNaN(entry.excess) && !Number.isNaN(worst.entry.excess))
      )
        worst = { entry, link: i, at };
    });
  return worst as Worst; // there is a case, and a link
}

/** The same entry by other means. */
function entryAt(sides: readonly Sides[], { entry, link }: Worst, links: readonly Link[]): Entry {
  const { left, right, slack, shape } = sides[link] as Sides; // one per link
  const size = shape.reduce((a, b) => a * b, 1);
  const k = entry.row * size + entry.index.reduce((flat, index, axis) => flat * (shape[axis] ?? 1) + index, 0);
  const one = { left: left.slice(k, k + 1), right: right.slice(k, k + 1), slack: slack.slice(k, k + 1), shape: [] };
  return worstEntry(one, links[link] as Link, differencesTolerance); // one per link
}

/** Whether two ways of computing an entry give the same numbers, as far as differences can tell. */
function agree(a: Entry, b: Entry): boolean {
  if (Number.isNaN(b.excess)) return true;
  const size = Math.max(Math.abs(b.left), Math.abs(b.right), 1e-3);
  return Math.abs(a.left - b.left) <= 1e-4 * size && Math.abs(a.right - b.right) <= 1e-4 * size;
}

function placeOf({ entry, at }: Worst, { domain }: Reading): Place {
  const { row, index, left, right } = entry;
  return { times: describeTimes(at.times, domain), row, index, left, right, from: at.specimen.name };
}

function refutation(worst: Worst, reading: Reading, links: readonly Link[]): string {
  const { times, row, index, left, right, from } = placeOf(worst, reading);
  const [a, b] = pairOfNumbers(left, right);
  const relation = links[worst.link]?.relation ?? '=';
  const where = [times, `row ${row}`, describeIndex(index)].filter((part) => part !== '').join(', ');
  return `at ${where}: ${a} is not ${relation} ${b} (${from}).`;
}

function disagreement({ at, link }: Worst, { left, right }: Entry, reading: Reading): string {
  const side = (value: number): string => String(Number(value.toPrecision(6)));
  return `reverse mode and differences disagree at ${describeTimes(at.times, reading.domain)} (${at.specimen.name}): by differences the sides of relation ${link + 1} are ${side(left)} and ${side(right)}.`;
}

function scaledControls(cases: readonly Case[], links: readonly Link[]): Measurement['controls'][number][] {
  return links.map((link, i) => {
    const control = scaledControl(
      link,
      cases.map((one) => one.reverse[i] as Sides),
    ); // one per link
    const largest = (by: 'reverse' | 'differences', tolerance: Tolerance): Entry =>
      cases
        .map((one) => worstEntry(control.apply(one[by][i] as Sides), link, tolerance)) // as above
        .reduce((a, b) => (b.excess > a.excess ? b : a));
    const [first, second] = [largest('reverse', reverseTolerance), largest('differences', differencesTolerance)];
    return { change: control.change, refuted: first.excess >= 0 && second.excess >= 0, relative: first.relative };
  });
}

/** One claim with another line must fail; if lines can be exchanged without that, there is no control. */
function lineControl(
  reading: Reading,
  specimens: readonly Specimen[],
  chosen: readonly Times[],
): Measurement['controls'] {
  const changed = otherLines(reading).map(({ change, reading: other }) => {
    const { links } = other.statement as Extract<Reading['statement'], { kind: 'relation' }>; // as the one it was made from
    const fitting = chosen.filter((times) => other.domain.has(times)).slice(0, 12);
    const entries = specimens.flatMap((specimen) =>
      [...reverseCases(other, specimen, fitting)].flatMap(
        (sides) => links.map((link, i) => worstEntry(sides[i] as Sides, link, reverseTolerance)), // one per link
      ),
    );
    const relative = entries.reduce((largest, entry) => Math.max(largest, entry.relative), 0);
    return { change, refuted: entries.some(({ excess }) => excess >= 0), relative };
  });
  const best = changed.find(({ refuted }) => refuted) ?? changed[0];
  return best === undefined ? [] : [best];
}

function summary(
  worst: Worst,
  other: Worst,
  links: readonly Link[],
  derivative: boolean,
  cases: readonly Case[],
): string {
  const by = derivative ? 'by differences' : 'step by step';
  const isEquality = links.every(({ relation }) => relation === '=');
  const largest = (way: 'reverse' | 'differences'): number =>
    cases.reduce(
      (most, one) =>
        Math.max(most, ...one[way].map((sides, i) => worstEntry(sides, links[i] as Link, toleranceOf[way]).relative)),
      0,
    ); // one per link
  if (isEquality)
    return `largest deviation ${rough(largest('reverse'))} by reverse mode (allowed ${reverseTolerance.relative}), ${rough(largest('differences'))} ${by} (allowed ${differencesTolerance.relative}), relative.`;
  const [a, b] = pairOfNumbers(worst.entry.left, worst.entry.right);
  const { relation } = links[worst.link] as Link; // the worst is of one of them
  return `closest at ${Object.entries(worst.at.times)
    .map(([name, t]) => `${name} = ${t}`)
    .join(', ')}: ${a} ${relation} ${b}; ${by} ${other.entry.excess < 0 ? 'as well' : 'not'}.`;
}
