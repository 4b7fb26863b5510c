import type { Claim } from '../claim.ts';
import type { Link, Node, Statement } from '../language/ast.ts';
import { ClaimError } from '../language/claim-error.ts';
import { type Domain, domainOf } from './domain.ts';
import { describeKind, type Kind, type Kinds, Sorter, sameKind } from './kinds.ts';
import { lineNamed, type Vocabulary } from './vocabulary.ts';

/** A claim with the words of one cell looked up: every name exists, every shape fits. */
export interface Reading {
  readonly claim: Claim;
  readonly words: Vocabulary;
  readonly statement: Statement;
  readonly domain: Domain;
  readonly kinds: Kinds;
}

/** Reads a claim for a cell. @throws ClaimError at an unknown name, at a shape or a step that does not fit. */
export function readFor(claim: Claim, words: Vocabulary): Reading {
  const { statement, text } = claim;
  const domain = domainOf(text, statement, words);
  if (statement.kind === 'dependence') {
    for (const node of [statement.line, statement.on]) lineNamed(text, words, node);
    return { claim, words, statement, domain, kinds: new Map() };
  }
  const sorter = new Sorter(text, words, new Set(domain.variables));
  const kinds = statement.sides.map((side) => sorter.sort(side));
  statement.links.forEach((link, i) => {
    const [left, right] = [kinds[i], kinds[i + 1]] as [Kind, Kind]; // one more side than links
    checkSides(text, link, [statement.sides[i] as Node, left], [statement.sides[i + 1] as Node, right]); // as above
  });
  return { claim, words, statement, domain, kinds: sorter.kinds };
}

/** Sides are of one shape, or one is a number and every element of the other is compared with it. */
function checkSides(text: string, link: Link, [leftNode, left]: [Node, Kind], [rightNode, right]: [Node, Kind]): void {
  if (sameKind(left, right)) return;
  const [a, b] = [left.kind, right.kind];
  const square = (kind: Kind): boolean => kind.kind === 'matrix' && kind.m === kind.n;
  if ((a === 'identity' && square(right)) || (b === 'identity' && square(left))) return;
  const isEquality = link.relation === '=' || link.relation === '≈';
  const isZero = (node: Node): boolean => node.kind === 'number' && node.value === 0;
  const [number, other] = a === 'number' ? [leftNode, right] : [rightNode, left];
  if ((a === 'number' || b === 'number') && (!isEquality || other.kind !== 'matrix' || isZero(number))) {
    if (other.kind !== 'identity') return;
  }
  const remedy =
    (a === 'matrix' && b === 'vector') || (a === 'vector' && b === 'matrix')
      ? ' As a matrix, a vector is diag(…).'
      : a === 'number' || b === 'number'
        ? ' A matrix equals 0, a multiple of I, or a matrix.'
        : left.kind === 'matrix' && right.kind === 'matrix' && left.m === right.n && left.n === right.m
          ? ' A transpose is written ᵀ.'
          : '';
  throw new ClaimError(
    text,
    link,
    `the sides do not fit: on the left stands ${describeKind(left)}, on the right ${describeKind(right)}.${remedy}`,
  );
}
