import type { CellFacts, Facts, ReachFacts } from '../../check/facts.ts';
import { commandLine, type ReportContext } from '../context.ts';
import { type Fragment, type Html, html } from '../html.ts';
import { nameOf } from '../names.ts';
import { formula, number, percent } from '../parts.ts';

export interface FactRow {
  /** null: a figure that neither holds nor fails. */
  readonly holds: boolean | null;
  readonly what: Fragment;
  readonly value: Html;
  /** Where the figure stands in the output of the group's command. */
  readonly path: string;
}

export interface FactGroup {
  readonly question: Fragment;
  readonly command: string;
  readonly rows: readonly FactRow[];
}

/** The figures of a run under the four questions; questions without figures are left out. */
export function factGroups(facts: Facts, context: ReportContext): FactGroup[] {
  const untrained = commandLine(context, '--no-train', '--json');
  const last = facts.settings.steps - 1;
  const groups: FactGroup[] = [
    {
      question: 'Are the gradients right?',
      command: untrained,
      rows: facts.cells.flatMap((cell, i) => gradientRows(cell, `.cells[${i}]`)),
    },
    {
      question: html`Is the belt’s step its gate?`,
      command: untrained,
      rows: facts.cells.flatMap((cell, i) => beltRows(cell, `.cells[${i}]`)),
    },
    {
      question: 'How far does the gradient reach before training?',
      command: untrained,
      rows: facts.reach.map((row, i) => reachRow(row, last, `.reach[${i}]`)),
    },
    { question: 'What did it learn?', command: commandLine(context, '--json'), rows: learningRows(facts) },
  ];
  return groups.filter(({ rows }) => rows.length > 0);
}

/** One row per cell: of the checks against an oracle the one closest to its tolerance, and whether all held. */
export function gradientRows({ name, gradients }: Pick<CellFacts, 'name' | 'gradients'>, path: string): FactRow[] {
  const closest = gradients
    .map((one, i) => ({ ...one, i, ratio: one.worst / one.tolerance }))
    .filter(({ name: check }) => !check.startsWith('control'))
    .sort((a, b) => b.ratio - a.ratio)[0];
  if (!closest) return [];
  const control = gradients.find(({ name: check }) => check.startsWith('control'));
  const caught = control && (control.holds ? '; control caught' : '; control NOT caught');
  return [
    {
      holds: gradients.every(({ holds }) => holds),
      what: html`${name}: ${formula(closest.name)}, worst entry ${formula(closest.at)}${caught ?? ''}`,
      value: number(closest.worst, 2),
      path: `${path}.gradients[${closest.i}].worst`,
    },
  ];
}

export function beltRows({ name, belt }: Pick<CellFacts, 'name' | 'belt'>, path: string): FactRow[] {
  if (!belt) return [];
  const held = belt.held.map((one, i) => ({
    holds: one.holds,
    what: html`${name}: ${formula(one.name)}, ${formula(belt.holding.join(', '))} held, by ${one.oracle}`,
    value: number(one.worst, 2),
    path: `${path}.belt.held[${i}].worst`,
  }));
  const free = belt.variants.map(({ label, oneStepOff }, i) => ({
    holds: null,
    what: `${nameOf(name, label)}: one step off by, nothing held`,
    value: percent(oneStepOff),
    path: `${path}.belt.variants[${i}].oneStepOff`,
  }));
  return [...held, ...free];
}

export const reachRow = ({ cell, label, reach }: ReachFacts, last: number, path: string): FactRow => ({
  holds: null,
  what: `${nameOf(cell, label)}: reach at ${last}`,
  value: number(reach[last] ?? Number.NaN, 2),
  path: `${path}.reach[${last}]`,
});

const learningRows = ({ learning }: Facts): FactRow[] =>
  (learning?.runs ?? []).map(({ cell, label, testLoss, learned }, i) => ({
    holds: learned,
    what: `${nameOf(cell, label)}: loss on fresh sequences`,
    value: number(testLoss),
    path: `.learning.runs[${i}].testLoss`,
  }));
