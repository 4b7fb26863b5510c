import type { Finding } from './search.ts';
import type { SeedReport } from './seed.ts';
import { method, reachedByFew, sentence, verdicts } from './verdict.ts';

/** Units shown at the top of the list. */
const shown = 8;

/** The ranking of a net's units by memory. */
export function unitTable({ units, whole, bits, seed }: SeedReport): string[] {
  const last = units.at(-1);
  const row = (unit: SeedReport['units'][number]): string =>
    `${String(unit.unit).padStart(6)}  ${unit.time.toFixed(1).padStart(8)}  ${unit.reach.toFixed(1).padStart(8)}`;
  const steps = (value: number): string =>
    value === Number.POSITIVE_INFINITY ? `more than ${whole.over}` : value.toFixed(1);
  return [
    `${seed === 0 ? 'as given' : `seed ${seed}`}: ${Number.isNaN(bits) ? '–' : bits.toFixed(3)} bits per character on the text for testing`,
    '  unit  1/(1−f̄)  measured   characters until the product of its gates is below 1/e',
    ...units.slice(0, shown).map(row),
    ...(units.length > shown && last !== undefined ? ['     …', row(last)] : []),
    `  the whole net over ${whole.over} characters: ${steps(whole.byNorm)} until ∂c/∂c is below 1/e, ${steps(whole.byExponent)} by its exponent`,
  ];
}

/** The search, a line for each question, gate or state, and seed. */
export function findingTable(reports: readonly SeedReport[]): string[] {
  const head = 'question  line  seed  unit   chosen  held out   deep  turned  p      untrained  1 char  3 chars   deep';
  const all = verdicts(reports);
  const rows = all.flatMap(({ question, line, findings, before, kinds }) =>
    findings.map((one, i) => {
      const names = `${question.padEnd(8)}  ${line.padEnd(4)}  ${String(reports[i]?.seed).padStart(4)}  ${String(one.unit).padStart(4)}`;
      return `${names}   ${numbers(one, before[i])}   ${kinds[i]}`;
    }),
  );
  return [head, ...rows, '', ...all.map(sentence), '', method];
}

function numbers(one: Finding, before: Finding | undefined): string {
  const show = (value: number, width: number): string =>
    (Number.isFinite(value) ? value.toFixed(3) : '–').padStart(width);
  return [
    show(one.chosen, 6),
    show(one.heldOut, 8),
    show(one.deep, 5),
    show(reachedByFew(one.shifted.heldOut), 6),
    show(one.p, 5),
    show(before?.heldOut ?? Number.NaN, 9),
    show(one.byCharacter, 6),
    show(one.byThree, 7),
    show(one.byThreeDeep, 5),
  ].join('  ');
}
