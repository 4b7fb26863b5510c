import type { Settings } from '../../check/facts.ts';
import { besideSubject, builtInSubjects, type Subject } from '../../check/subjects.ts';
import { beltOf, candidatesOf, figureOf, gradientsOf, reachFactsOf, type Setting } from '../../check/untrained.ts';

/** From what the page computes a report's facts again: nothing but numbers, since the cells are in the page's own code. */
export interface LiveSource {
  readonly settings: Settings;
  /** Null when the report is about the cells that come with Throughline; else the width of the LSTM beside a user's cell. */
  readonly beside: number | null;
}

/** A part of the facts that Node and the page compute by the same code. */
export interface LivePart {
  /** Where it stands in the facts: `.reach[2]`. */
  readonly path: string;
  /** `lstm chrono: reach`. */
  readonly what: string;
  compute(): unknown;
}

/** Every part that needs no training and no code of the user's, the quick ones first. */
export function liveParts({ settings, beside }: LiveSource): LivePart[] {
  const { hidden, steps, seed } = settings;
  const setting: Setting = { steps, seed };
  // A user's own cell comes first, and has one row in section 3.
  const before = beside === null ? 0 : 1;
  const subjects = beside === null ? builtInSubjects(hidden, steps) : [besideSubject(beside, steps)];
  const rows = subjects.flatMap((subject) => subject.trained.map((variant) => ({ subject, variant })));
  const reach = rows.map(({ subject, variant }, i) => ({
    path: `.reach[${before + i}]`,
    what: `${subject.cell.name} ${variant.label}: reach`,
    compute: () => reachFactsOf(subject, variant, setting),
  }));
  return [...reach, ...subjects.flatMap((subject, i) => partsOf(subject, `.cells[${before + i}]`, setting))];
}

function partsOf(subject: Subject, at: string, setting: Setting): LivePart[] {
  const { name, belt } = subject.cell;
  const part = (key: string, what: string, compute: () => unknown): LivePart => ({
    path: `${at}.${key}`,
    what: `${name}: ${what}`,
    compute,
  });
  return [
    part('figure', 'figure of the belt', () => figureOf(subject, setting)),
    belt === undefined
      ? part('beltCandidates', 'belt candidates', () => candidatesOf(subject, setting))
      : part('belt', 'belt', () => beltOf(subject, setting)),
    part('gradients', 'gradients', () => gradientsOf(subject, setting)),
  ];
}

/** The keys and indices of a path: `.reach[2].rate` is `reach`, `2`, `rate`. */
export const keysOf = (path: string): string[] =>
  [...path.matchAll(/\.(\w+)|\[(\d+)\]/g)].map((match) => match[1] ?? match[2] ?? '');

/** The value at a path; undefined where there is none. */
export const valueAt = (facts: unknown, path: string): unknown =>
  keysOf(path).reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], facts); // anything has keys, or none
