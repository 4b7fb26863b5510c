import type { CellFacts, Facts, Verdict } from '../facts.ts';

/** Everything but the verdict, which is made from it. */
export type Findings = Omit<Facts, 'verdict'>;

/** The claims, each as it was found, and what they come to in words. */
export function verdictOf(findings: Findings): Verdict {
  const claims = findings.cells.flatMap(claimsOf);
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

function sentencesOf({ cells }: Findings): string[] {
  const wrong = cells.filter(({ gradients }) => gradients.some((check) => !check.holds));
  const sentences = [
    wrong.length === 0 ? 'gradients right' : `gradients of ${list(wrong.map(({ name }) => name))} not right`,
  ];
  const belts = cells.filter(({ belt }) => belt !== null);
  const refuted = belts.filter(({ belt }) => belt?.held.some((check) => !check.holds));
  if (refuted.length > 0) sentences.push(`belt of ${list(refuted.map(({ name }) => name))} refuted`);
  return sentences;
}

/** `a, b and c`. */
export const list = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
