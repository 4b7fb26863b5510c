import type { Tensor } from '@throughline/tensor';
import { ArgumentError } from '@throughline/tensor';
import { type AnyCell, assertCell } from '../cell.ts';
import type { Dims } from '../dims.ts';
import type { ParamTree } from '../params.ts';
import type { StateTree } from '../state.ts';
import { type Answer, answer } from './answer.ts';
import { type Claim, isClaim } from './claim.ts';
import { requireSteps } from './meaning/domain.ts';
import { extentsFor, firstThatFits } from './meaning/extents.ts';
import { type Reading, readFor } from './meaning/reading.ts';
import { recordStep, type Vocabulary, vocabularyOf } from './meaning/vocabulary.ts';
import { isFiniteRun } from './measure/cases.ts';
import { measure } from './measure/measure.ts';
import { inDouble, type Specimen, specimen } from './measure/specimen.ts';
import { decide } from './prove/dependence.ts';
import { type Proof, prove } from './prove/prove.ts';

/** How a claim about a cell is checked. */
export interface CheckOptions {
  /** Extents by letter; small ones by default. */
  readonly dims?: Partial<Dims>;
  /** Steps of the runs it is measured on: 8 by default. */
  readonly T?: number;
  /** Runs, each with parameters, inputs and states of its own: 5 by default. */
  readonly seeds?: number;
  /** The first seed: 1 by default. */
  readonly seed?: number;
  /** Rows of each run: 2 by default. */
  readonly batch?: number;
  /** Parameters of every size, or as `cell.init` draws them; the proof is about all. */
  readonly parameters?: 'generic' | 'as initialised';
  /** Without a proof the claim is only measured. */
  readonly prove?: boolean;
}

/** What a run is asked by: a `Run` of any cell. */
export interface AnyRun {
  readonly steps: number;
  readonly origin: {
    readonly cell: AnyCell;
    readonly params: ParamTree;
    readonly inputs: readonly Tensor[];
    readonly from: StateTree;
    readonly rows?: unknown;
  };
}

/**
 * Answers a claim: proved, measured, or refuted with the place where it fails.
 *
 * About a cell it is measured on runs with random parameters, inputs and states; about a run, on that run in float64.
 * @throws ClaimError when the claim names what the cell does not have, or shapes do not fit.
 * @example check(lstm, claim`∂c[t]/∂c[t−1] | h = diag(f[t])`).verdict   // proved
 */
export function check(subject: AnyCell | AnyRun, claim: Claim, options: CheckOptions = {}): Answer {
  if (!isClaim(claim)) throw new ArgumentError('check', 'the second argument is not a claim. Write claim`…`.');
  return 'origin' in subject ? checkRun(subject, claim) : checkAnyCell(subject, claim, options);
}

function checkAnyCell(cell: AnyCell, claim: Claim, options: CheckOptions): Answer {
  assertCell('check', cell);
  const { T = 8, seeds = 5, seed = 1, batch = 2, parameters = 'generic' } = options;
  integer('T', T, 1);
  integer('seeds', seeds, 1);
  integer('batch', batch, 1);
  const asInitialised = parameters === 'as initialised';
  const specimens = firstThatFits(extentsFor(cell, options.dims), (dims) =>
    Array.from({ length: seeds }, (_, index) =>
      specimen(cell, dims, { seed: seed + index, index, steps: T, batch, asInitialised }),
    ),
  );
  const words = vocabularyFor(specimens[0] as Specimen); // at least one seed
  const reading = readFor(claim, words);
  requireSteps(claim.text, reading.domain, T, (t) => ` Pass { T: ${t} }.`);
  const finite = specimens.filter((one) => isFiniteRun(one, floatLines(words)));
  const measured = finite.length > 0 ? finite : specimens;
  if (claim.statement.kind === 'dependence') return decide(reading, measured);
  const proof = options.prove === false ? null : tryToProve(claim, cell, options.dims);
  if (proof?.proved !== true) return measure(reading, measured, true);
  return proved(reading, proof, measure(reading, measured.slice(0, 2), true));
}

/** At the extents asked for, and at others: a proof at one pair of extents might rest on their being equal or small. */
function tryToProve(claim: Claim, cell: AnyCell, given: Partial<Dims> | undefined): Proof {
  const base = extentsFor(cell, given);
  const other = extentsFor(cell, {}, { H: 7, I: 5 });
  return firstThatFits(
    base.map((dims, i) => [dims, other[i] ?? dims] as const),
    (pair) => prove(claim, cell, pair),
  );
}

/** A proof is given only where measuring agrees with it. */
function proved(
  { claim, words }: Reading,
  { reason, covers }: Proof & { proved: true },
  { verdict, measurement, reason: why }: Answer,
): Answer {
  const parts = { claim: String(claim), cell: words.cell, measurement };
  if (verdict === 'refuted')
    return answer({
      ...parts,
      verdict: 'inconclusive',
      covers,
      reason: `a proof was found, but the claim fails ${why} Please report it.`,
    });
  // More than a few kinks: some rule is not the derivative, such as one of a primitive of your own.
  if (measurement !== null && 2 * (measurement.oracle?.apart ?? 0) > measurement.cases)
    return answer({ ...parts, verdict: 'inconclusive', covers, reason: `the rules of its ops prove it, but ${why}` });
  return answer({ ...parts, verdict: 'proved', covers, reason });
}

function checkRun({ origin }: AnyRun, claim: Claim): Answer {
  const { cell, params, from } = origin;
  if (origin.rows !== undefined)
    throw new ArgumentError('check', 'the run has lengths or resets. Ask it of a row by itself, cut to its steps.');
  const own = inDouble({ cell, params, inputs: origin.inputs, from, name: 'this run' });
  const words = vocabularyFor(own);
  const reading = readFor(claim, words);
  requireSteps(claim.text, reading.domain, own.inputs.length, () => '');
  return claim.statement.kind === 'dependence' ? decide(reading, [own]) : measure(reading, [own], false);
}

const vocabularyFor = ({ cell, params, from, inputs }: Specimen): Vocabulary =>
  vocabularyOf(cell, recordStep(cell, params, from, inputs[0] as Tensor)); // a run has a step

const floatLines = ({ lines }: Vocabulary): string[] =>
  [...lines.values()].filter(({ type }) => type.dtype === 'float64').map(({ name }) => name);

function integer(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least)
    throw new ArgumentError('check', `${name} is ${value}; it takes an integer of at least ${least}.`);
}
