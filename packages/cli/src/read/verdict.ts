import { questions } from './labels.ts';
import { deep, type Finding, type LineName, turns } from './search.ts';
import type { SeedReport } from './seed.ts';

/** What can be said of the best unit for a question. */
export type Kind = 'remembers' | 'leans' | 'nothing';

/** The largest share of turned labels that may do as well. */
const significant = 0.01;

/**
 * *remembers*: on text that it was not chosen by, the unit does better than turned labels, than the best unit of the
 * untrained net, and than the last three characters, so that it must know something from before them. *leans*: better than
 * turned labels only. *nothing*: not even that.
 */
export function kindOf(finding: Finding, before: Finding): Kind {
  if (!(finding.p <= significant)) return 'nothing';
  return finding.heldOut > before.heldOut && finding.heldOut > finding.byThree ? 'remembers' : 'leans';
}

/** A question about a line, over all seeds. */
export interface Verdict {
  readonly question: Finding['question'];
  readonly line: LineName;
  readonly kinds: readonly Kind[];
  readonly findings: readonly Finding[];
  readonly before: readonly Finding[];
}

/** The verdicts, question by question, gates before states. */
export function verdicts(seeds: readonly SeedReport[]): Verdict[] {
  return questions.flatMap((question) =>
    (['f', 'c'] as const).map((line) => {
      const pick = (all: readonly Finding[]): Finding =>
        all.find((one) => one.question === question && one.line === line) as Finding; // searchAll has each
      const findings = seeds.map((seed) => pick(seed.findings));
      const before = seeds.map((seed) => pick(seed.before));
      return { question, line, findings, before, kinds: findings.map((one, i) => kindOf(one, before[i] as Finding)) }; // as many
    }),
  );
}

const parts = { comment: 'comments', quote: 'quotes', braces: 'braces' } as const;

/** One sentence: what the search for a unit came to. */
export function sentence({ question, line, kinds, findings }: Verdict): string {
  const count = (kind: Kind): number => kinds.filter((one) => one === kind).length;
  const n = kinds.length;
  const what =
    line === 'f'
      ? `A forget gate that stays open inside ${parts[question]}`
      : `A cell that tells inside ${parts[question]} from outside`;
  if (findings.every(({ heldOut }) => Number.isNaN(heldOut))) return `${what}: the text has none.`;
  const range = spread(findings.map((one) => one.heldOut));
  const nets = `${n} net${n === 1 ? '' : 's'}`;
  if (count('remembers') === n) return `${what}: found in all of ${nets}, ${range} on text it was not chosen by.`;
  if (count('remembers') > 0)
    return `${what}: found in ${count('remembers')} of ${nets}, ${range} on text it was not chosen by.`;
  const chance =
    count('nothing') === n
      ? 'nor better than chance'
      : `though better than labels turned in a circle in ${n - count('nothing')}`;
  return `${what}: not found in ${nets}. The best has ${range}, not above both the last three characters and the untrained net, ${chance}.`;
}

const spread = (values: readonly number[]): string => {
  const [low, high] = [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(3));
  return low === high ? `an area of ${low}` : `areas of ${low} to ${high}`;
};

/** How the search was made, in words. */
export const method = `The unit is the one with the largest area under the receiver's curve on a text for choosing; the area is then taken on another text. "Turned" is the same with labels turned in a circle, ${turns} times: the value that 5 % of turns reach; "deep" counts, inside, only characters that lie more than ${deep} characters inside their part.`;

/** The value that 5 % of turns reach. */
export const reachedByFew = (values: readonly number[]): number =>
  [...values].sort((a, b) => b - a)[Math.floor(values.length / 20)] as number; // there are turns
