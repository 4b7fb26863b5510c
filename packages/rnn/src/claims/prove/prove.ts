import type { AnyCell } from '../../cell.ts';
import type { Dims } from '../../dims.ts';
import type { Claim } from '../claim.ts';
import type { Node } from '../language/ast.ts';
import { proveEqual } from './equality.ts';
import { situationsOf } from './situations.ts';
import { type Subject, subjectsOf, tracedRows } from './subject.ts';
import { Unprovable } from './unprovable.ts';

/** A proof, or why there is none. */
export type Proof =
  | { readonly proved: true; readonly reason: string; readonly covers: string }
  | { readonly proved: false; readonly reason: string };

/** Tries to prove a claim for all parameters, inputs and states. */
export function prove(claim: Claim, cell: AnyCell, extents: readonly Dims[]): Proof {
  const subjects = subjectsOf(claim, cell, extents);
  const { statement } = claim;
  if (statement.kind !== 'relation') return { proved: false, reason: 'a dependence is decided elsewhere' };
  try {
    const rules = statement.links.map((link, i) => {
      const [left, right] = [statement.sides[i] as Node, statement.sides[i + 1] as Node]; // one more side than links
      return proveLink(subjects, link.relation, left, right);
    });
    if (rules.some((rule) => rule === undefined)) return { proved: false, reason: 'no rule proves it' };
    return { proved: true, reason: [...new Set(rules)].join('; '), covers: coverage(subjects) };
  } catch (error) {
    if (error instanceof Unprovable) return { proved: false, reason: error.message };
    throw error;
  }
}

function proveLink(subjects: readonly Subject[], relation: string, left: Node, right: Node): string | undefined {
  if (relation !== '<' && relation !== '>' && proveEqual(subjects, left, right))
    return 'both sides are one expression in normal form, traced on values without numbers';
  return undefined;
}

/** What the proof is about. */
function coverage(subjects: readonly Subject[]): string {
  const steps = situationsOf((subjects[0] as Subject).reading)
    .map(({ covers }) => covers)
    .join(' and ');
  const traced = subjects.map(({ dims }) => letters(dims)).join(' and for ');
  return `for all parameters, inputs and states, over the reals; ${steps}; traced for ${traced}, ${tracedRows} rows`;
}

const letters = (dims: Dims): string =>
  Object.entries(dims)
    .filter(([, extent]) => typeof extent === 'number')
    .map(([letter, extent]) => `${letter} = ${extent}`)
    .join(', ');
