import { ArgumentError } from '@throughline/tensor';
import { type AnyCell, assertCell } from '../../cell.ts';
import { finiteOnLargeInputs, vmapIsBatch } from './batches.ts';
import { beltIsExact, gradcheck } from './derivatives.ts';
import { found, type LawFinding } from './finding.ts';
import { maskedIsTrimmed } from './lengths.ts';
import { compiledIsInterpreted, parallelIsSequential } from './other-forms.ts';
import { type CheckCellOptions, type LawSubject, subjectFor } from './subject.ts';
import { chunkedIsWhole, scanIsLoop, streamedIsWhole } from './through-time.ts';

/** Every law, by name. */
export const cellLaws = Object.freeze({
  gradcheck,
  beltIsExact,
  scanIsLoop,
  chunkedIsWhole,
  maskedIsTrimmed,
  streamedIsWhole,
  vmapIsBatch,
  finiteOnLargeInputs,
  parallelIsSequential,
  compiledIsInterpreted,
});

/** What `checkCell` found. */
export interface CellReport {
  readonly cell: string;
  /** Whether no law is broken. */
  readonly holds: boolean;
  readonly findings: readonly LawFinding[];
  /** One line per law. */
  toString(): string;
}

/**
 * Tries a cell on every law that cells have, and says of each whether it holds, with the number that was measured.
 *
 * The cell runs at random parameters and inputs, from a state that it got to by itself; states may be nested, of integers,
 * and of any letters. A law that throws is broken.
 * @throws ArgumentError when the first argument is not a cell, or there is no such law.
 * @example checkCell(rnn, { steps: 2, batch: 1 }).holds   // true
 */
export function checkCell(cell: AnyCell, options: CheckCellOptions = {}): CellReport {
  assertCell('checkCell', cell);
  const subject = subjectFor(cell, options);
  const { laws = Object.keys(cellLaws) } = options;
  const findings = laws.map((name) => {
    if (name in cellLaws) return tried(name, cellLaws[name as keyof typeof cellLaws], subject); // looked up
    throw new ArgumentError('checkCell', `there is no law ${name}; there are ${Object.keys(cellLaws).join(', ')}.`);
  });
  return {
    cell: cell.name,
    holds: findings.every(({ verdict }) => verdict !== 'broken'),
    findings,
    toString: () => findings.map(line).join('\n'),
  };
}

function tried(name: string, law: (subject: LawSubject) => LawFinding, subject: LawSubject): LawFinding {
  try {
    return law(subject);
  } catch (error) {
    return found(
      name,
      Number.POSITIVE_INFINITY,
      0,
      `it throws: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

const signs = { holds: '✓', broken: '✗', 'does not apply': '–' } as const;
const line = ({ law, verdict, message }: LawFinding): string => `${signs[verdict]} ${law}: ${message}`;
