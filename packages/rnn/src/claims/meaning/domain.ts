import { type Node, partsOf, type Statement, type Time } from '../language/ast.ts';
import { ClaimError } from '../language/claim-error.ts';
import { difference, isConstant, valueOfTime } from '../language/times.ts';
import { lineNamed, type Vocabulary } from './vocabulary.ts';

/** Values of the time variables, T among them. */
export type Times = Readonly<Record<string, number>>;

/** A line at a time, as it stands in a claim; `inside` are the ranges of the folds around it. */
interface Use {
  readonly name: string;
  readonly at: number;
  readonly end: number;
  readonly time: Time;
  readonly inside: readonly Range[];
}

interface Range {
  readonly variable: string;
  readonly from: Time;
  readonly to: Time;
}

/** For which steps a claim is made. */
export interface Domain {
  /** Variables that are not bound by a fold and are not T, in order of appearance. */
  readonly variables: readonly string[];
  /** Whether T stands in the claim. */
  readonly hasT: boolean;
  readonly uses: readonly Use[];
  /** Every line named, at the steps that it stands at; in a fold, at its first and last. */
  reach(times: Times): readonly { readonly name: string; readonly first: 0 | 1; readonly t: number }[];
  /** Whether every step named is the variable plus a constant, and the variable stands nowhere else. */
  movesWith(variable: string): boolean;
  /** Whether every step named exists in a run of T steps, and every derivative and range looks the right way. */
  has(times: Times): boolean;
}

/** Finds the variables of a claim and the steps they may stand for. @throws ClaimError for a step that never exists. */
export function domainOf(text: string, statement: Statement, words: Vocabulary): Domain {
  const uses: Use[] = [];
  const backwards: Time[] = [];
  const ranges: Range[] = [];
  const bare = new Set<string>();
  const visit = (node: Node, inside: readonly Range[]): void => {
    if (node.kind === 'line') uses.push({ ...node, inside });
    else if (node.kind === 'derivative') {
      uses.push({ ...node.y, inside }, { ...node.x, inside });
      for (const held of node.holding) if (held.time !== null) uses.push({ ...held, time: held.time, inside });
      const back = difference(node.y.time, node.x.time);
      if (!isConstant(back) && inside.length === 0) backwards.push(back);
    } else if (node.kind === 'fold') {
      ranges.push(node);
      visit(node.body, [...inside, node]);
    } else if (node.kind === 'name') bare.add(node.name);
    else for (const part of partsOf(node)) visit(part, inside);
  };
  if (statement.kind === 'relation') for (const side of statement.sides) visit(side, []);
  const folded = new Set(ranges.map(({ variable }) => variable));
  const named = [...uses.map(({ time }) => time), ...ranges.flatMap(({ from, to }) => [from, to])].flatMap(
    ({ terms }) => Object.keys(terms),
  );
  const variables = [...new Set(named)].filter((name) => name !== 'T' && !folded.has(name));
  const known = uses.map((use) => ({ ...use, first: lineNamed(text, words, use).first }));
  for (const { name, time, first } of known) {
    const [t] = [valueOfTime(time, {})];
    if (Object.keys(time.terms).length === 0 && t < first) {
      const kind = first === 0 ? 'a state, which has t = 0…T' : 'an input, a tap or an output, which has t = 1…T';
      throw new ClaimError(text, time, `there is no ${name}[${t}]: ${name} is ${kind}.`);
    }
  }
  const has = (times: Times): boolean =>
    known.every(({ time, first, inside }) => inRun(time, first, inside, times)) &&
    backwards.every((back) => valueOfTime(back, times) >= 0) &&
    ranges.every(({ from, to }) => !(valueOfTime(to, times) - valueOfTime(from, times) < -1));
  const reach: Domain['reach'] = (times) =>
    known.flatMap(({ name, first, time, inside }) => stepsOf(time, inside, times).map((t) => ({ name, first, t })));
  const movesWith = (variable: string): boolean =>
    !bare.has(variable) &&
    [...known.map(({ time }) => time), ...ranges.flatMap(({ from, to }) => [from, to])].every((time) =>
      moving(time, [variable, ...folded]),
    );
  return { variables, hasT: named.includes('T') || bare.has('T'), uses, has, reach, movesWith };
}

/** @throws ClaimError where a step is named that a run of `steps` steps does not have. */
export function requireSteps(text: string, { uses }: Domain, steps: number, remedy: (t: number) => string): void {
  for (const { name, time } of uses) {
    const t = valueOfTime(time, {});
    if (Object.keys(time.terms).length === 0 && t > steps)
      throw new ClaimError(text, time, `there is no ${name}[${t}] in a run of ${steps} steps.${remedy(t)}`);
  }
}

/** Whether a time is one of the variables plus a constant. */
function moving({ terms }: Time, variables: readonly string[]): boolean {
  const present = Object.entries(terms).filter(([, n]) => n !== 0);
  return present.length === 1 && present.every(([name, n]) => n === 1 && variables.includes(name));
}

/** The steps a time stands for: one, or the ends of the ranges around it. */
function stepsOf(time: Time, inside: readonly Range[], times: Times): number[] {
  const range = inside.at(-1);
  if (range === undefined) return [valueOfTime(time, times)];
  const outer = inside.slice(0, -1);
  const [from, to] = [range.from, range.to].map((end) => stepsOf(end, outer, times));
  const ends = [Math.min(...(from ?? [])), Math.max(...(to ?? []))];
  return ends[1] === undefined || (ends[0] ?? 0) > ends[1]
    ? []
    : ends.map((value) => valueOfTime(time, { ...times, [range.variable]: value }));
}

function inRun(time: Time, first: number, inside: readonly Range[], times: Times): boolean {
  const [range, ...rest] = inside.toReversed();
  const steps = times.T ?? 0;
  if (range === undefined) {
    const t = valueOfTime(time, times);
    return t >= first && t <= steps;
  }
  const [from, to] = [valueOfTime(range.from, times), valueOfTime(range.to, times)];
  if (to < from) return true;
  const others = rest.toReversed();
  return [from, to].every((value) => inRun(time, first, others, { ...times, [range.variable]: value }));
}

/** At most `most` of the values that the variables take in a run of `steps` steps, spread evenly, first and last included. */
export function assignments(
  domain: Domain,
  steps: number,
  most: number,
  everyT: boolean,
): { readonly all: number; readonly chosen: Times[] } {
  const lengths = domain.hasT && everyT ? Array.from({ length: steps }, (_, i) => i + 1) : [steps];
  let found: Times[] = lengths.map((T) => ({ T }));
  for (const name of domain.variables)
    found = found.flatMap((times) => Array.from({ length: steps + 1 }, (_, t) => ({ ...times, [name]: t })));
  const fitting = found.filter((times) => domain.has(times));
  if (fitting.length <= most) return { all: fitting.length, chosen: fitting };
  const chosen = Array.from(
    { length: most },
    (_, i) => fitting[Math.floor((i * (fitting.length - 1)) / (most - 1))] as Times,
  ); // within
  return { all: fitting.length, chosen };
}

/** `t = 12`, `t = 3, T = 8`. */
export const describeTimes = (times: Times, domain: Domain): string => {
  const names = [...domain.variables, ...(domain.hasT || domain.variables.length === 0 ? ['T'] : [])];
  return names.map((name) => `${name} = ${times[name]}`).join(', ');
};
