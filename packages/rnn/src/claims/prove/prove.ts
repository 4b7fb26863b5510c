import type { AnyCell } from '../../cell.ts';
import type { Dims } from '../../dims.ts';
import type { Claim } from '../claim.ts';
import type { Node, Relation } from '../language/ast.ts';
import { proveProduct } from './chain.ts';
import { proveEqual } from './equality.ts';
import { givenRule } from './given-rules.ts';
import { proveBelow } from './inequality.ts';
import { situationsOf } from './situations.ts';
import { type Subject, subjectsOf, tracedRows } from './subject.ts';
import { attempt } from './unprovable.ts';

/** A proof, or why there is none. */
export type Proof =
  | { readonly proved: true; readonly reason: string; readonly covers: string }
  | { readonly proved: false; readonly reason: string };

/** Tries to prove a claim for all parameters, inputs and states. */
export function prove(claim: Claim, cell: AnyCell, extents: readonly Dims[]): Proof {
  const subjects = subjectsOf(claim, cell, extents);
  const { statement } = claim;
  if (statement.kind !== 'relation') return { proved: false, reason: 'a dependence is decided elsewhere' };
  const given = subjects.map(({ reading }) => givenRule(reading.words.step, statement.sides)).find((name) => name);
  if (given !== undefined)
    return { proved: false, reason: `${given} stands in its way, whose rule need not be the derivative` };
  const rules = statement.links.map(({ relation }, i) => {
    const [left, right] = [statement.sides[i] as Node, statement.sides[i + 1] as Node]; // one more side than links
    return proveLink(subjects, relation, left, right);
  });
  if (rules.some((rule) => rule === undefined)) return { proved: false, reason: 'no rule proves it' };
  return { proved: true, reason: `${[...new Set(rules)].join('; ')}.`, covers: coverage(subjects) };
}

/** By which rule a relation is proved; undefined when by none. A strict one never is: rounding may reach equality. */
function proveLink(subjects: readonly Subject[], relation: Relation, left: Node, right: Node): string | undefined {
  if (relation === '<' || relation === '>') return undefined;
  if (attempt(() => proveEqual(subjects, left, right)) === true)
    return 'both sides have one normal form, traced without numbers';
  if (relation === '≤') return proveBelow(subjects, left, right);
  if (relation === '≥') return proveBelow(subjects, right, left);
  return proveProduct(subjects, left, right);
}

/** What the proof is about. */
function coverage(subjects: readonly Subject[]): string {
  const steps = attempt(() => situationsOf((subjects[0] as Subject).reading).map(({ covers }) => covers)); // at least one
  const traced = subjects.map(({ dims }) => letters(dims)).join(' and for ');
  return `for all parameters, inputs and states where every value is finite, over the reals; ${steps?.join(' and ') ?? 'any number of steps'}; traced for ${traced}, ${tracedRows} rows`;
}

const letters = (dims: Dims): string =>
  Object.entries(dims)
    .filter(([, extent]) => typeof extent === 'number')
    .map(([letter, extent]) => `${letter} = ${extent}`)
    .join(', ');
