import type { CellFacts, Facts, LearningFacts, TrainedFacts, Verdict } from '../facts.ts';
import { asWritten } from '../subjects.ts';

/** Everything but the verdict, which is made from it. */
export type Findings = Omit<Facts, 'verdict'>;

/** The claims, each as it was found, and what they come to in words. */
export function verdictOf(findings: Findings): Verdict {
  const own = (findings.claims ?? []).map(({ cell, claim, holds, verdict }) => ({
    claim: `${cell}: ${claim}${verdict === 'inconclusive' ? ' (inconclusive)' : ''}`,
    holds,
  }));
  const claims = [...findings.cells.flatMap(claimsOf), ...own];
  return { sentences: sentencesOf(findings), claims, exitCode: claims.every(({ holds }) => holds) ? 0 : 1 };
}

/** What decides the exit code: gradients, the control, and the belt of a cell that declares one. */
function claimsOf({ name, gradients, belt }: CellFacts): Verdict['claims'] {
  const right = gradients.filter((check) => check.name !== 'control');
  const controls = gradients.filter((check) => check.name === 'control');
  const claims = [
    { claim: `gradients of ${name} are right`, holds: right.every((check) => check.holds) },
    { claim: `a wrong derivative in ${name} is caught`, holds: controls.every((check) => check.holds) },
  ];
  if (belt === null) return claims;
  const { state, keep, holding, held } = belt;
  const held_ = holding.length === 0 ? '' : ` | ${holding.join(', ')}`;
  const claim = `${name}: ∂${state}[t]/∂${state}[t−1]${held_} = diag(${keep}[t])`;
  return [...claims, { claim, holds: held.every((check) => check.holds) }];
}

function sentencesOf({ cells, settings, learning, trained }: Findings): string[] {
  const wrong = cells.filter(({ gradients }) => gradients.some((check) => !check.holds));
  const right =
    wrong.length === 0 ? 'gradients right' : `gradients of ${list(wrong.map(({ name }) => name))} not right`;
  return [
    right,
    ...beltSentences(cells),
    ...(learning === null ? [] : [learningSentence(learning, settings.steps)]),
    ...(trained === undefined ? [] : trainedSentences(trained)),
  ];
}

/** An approximation is called good when it is off by no more than this. */
const goodTo = 0.1;

function beltSentences(cells: readonly CellFacts[]): string[] {
  const belts = cells.flatMap(({ name, belt }) => (belt === null ? [] : [{ name, belt }]));
  if (belts.length === 0) return ['no belt declared'];
  const exact = belts.filter(({ belt }) => belt.held.every((check) => check.holds));
  const refuted = belts.filter((one) => !exact.includes(one));
  const sentences: string[] = [];
  const ways = exact.map(({ name, belt: { holding } }) => {
    const when =
      holding.length === 0 ? 'as it is' : `when ${list(holding)} ${holding.length === 1 ? 'is' : 'are'} held`;
    return `${name} ${when}`;
  });
  if (ways.length > 0) sentences.push(`belt exact: ${ways.join(', ')}`);
  if (refuted.length > 0) sentences.push(`belt of ${list(refuted.map(({ name }) => name))} refuted`);
  const variants = exact.flatMap(({ name, belt }) =>
    belt.variants.map((one) => ({ ...one, name: nameOf(name, one.label) })),
  );
  const good = variants.filter(({ oneStepOff }) => oneStepOff <= goodTo);
  if (good.length === variants.length || variants.length === 0) return sentences;
  const worst = good.reduce((a, { oneStepOff }) => Math.max(a, oneStepOff), 0);
  const only =
    good.length === 0
      ? `good to ${share(goodTo)} nowhere`
      : `good to ${share(worst)} only for ${list(good.map(({ name }) => name))}`;
  return [...sentences, `"≈ gate" ${only}`];
}

const nameOf = (cell: string, label: string): string => (label === asWritten ? cell : `${cell} ${label}`);
const share = (value: number): string => `${Number((value * 100).toPrecision(1))} %`;

/** What a trained model knows of the text, if it was run on one. */
function trainedSentences({ bits, unigramBits }: TrainedFacts): string[] {
  if (bits === null || unigramBits === null) return [];
  const gain = unigramBits - bits;
  const than = gain > 0 ? `${gain.toFixed(3)} below` : `${(-gain).toFixed(3)} above`;
  return [`${bits.toFixed(3)} bits per character, ${than} the unigram entropy`];
}

function learningSentence({ runs }: LearningFacts, steps: number): string {
  const names = (learned: boolean): string[] =>
    runs.filter((run) => run.learned === learned).map(({ cell, label }) => nameOf(cell, label));
  const [yes, no] = [names(true), names(false)];
  if (no.length === 0) return `${list(yes)} learned to add over ${steps} steps`;
  const did =
    yes.length === 0
      ? `nobody learned to add over ${steps} steps: not `
      : `${list(yes)} learned to add over ${steps} steps, `;
  return yes.length === 0 ? `${did}${list(no)}` : `${did}${list(no)} did not`;
}

/** `a, b and c`. */
export const list = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
