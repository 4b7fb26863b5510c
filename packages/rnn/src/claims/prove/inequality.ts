import type { DerivativeNode, Node } from '../language/ast.ts';
import { paramNamed } from '../meaning/vocabulary.ts';
import { proveChained } from './chain.ts';
import { intervalsOf } from './intervals.ts';
import { boundOf } from './norm-bound.ts';
import { isBelow, type NormPolynomial, readBound } from './norm-polynomial.ts';
import { Operator } from './operator.ts';
import { situationsOf } from './situations.ts';
import type { Subject } from './subject.ts';
import { traceRun, traceSide } from './trace-side.ts';
import { attempt } from './unprovable.ts';

/** Tries to prove left ≤ right; the result says by which rule. */
export function proveBelow(subjects: readonly Subject[], left: Node, right: Node): string | undefined {
  return byRange(subjects, left, right) ?? byNorms(subjects, left, right);
}

/** Every value of the left side lies below every value of the right one. */
function byRange(subjects: readonly Subject[], left: Node, right: Node): string | undefined {
  const kindOf = (node: Node) => subjects[0]?.reading.kinds.get(node)?.kind;
  if ([left, right].some((node) => kindOf(node) !== 'number' && kindOf(node) !== 'vector')) return undefined;
  const holds = attempt(() =>
    subjects.every((subject) =>
      situationsOf(subject.reading).every((situation) => {
        const [low, high] = [left, right].map((node) => {
          const program = traceSide({ ...subject, situation }, node, node);
          return intervalsOf(program)[program.outputs[0] as number]; // one side
        });
        return low !== undefined && high !== undefined && low.high <= high.low;
      }),
    ),
  );
  return holds === true ? 'by the ranges of the functions in it' : undefined;
}

/** ‖∂y/∂x‖ ≤ a polynomial in norms of parameters, or its power by the number of steps. */
function byNorms(subjects: readonly Subject[], left: Node, right: Node): string | undefined {
  const [of] = left.kind === 'call' && left.name === 'norm' ? left.args : [];
  if (of?.kind !== 'derivative') return undefined;
  const below = (some: readonly Subject[], node: DerivativeNode, bound: Node): boolean =>
    some.every((subject) => {
      const { claim, words } = subject.reading;
      const allowed = readBound(bound, (name) => paramNamed(claim.text, words, name));
      return (
        allowed !== undefined &&
        boundsOfDerivative(subject, node).every((found) => found !== null && isBelow(found, allowed))
      );
    });
  if (attempt(() => below(subjects, of, right)) === true)
    return 'norms are submultiplicative, and slopes have largest values';
  return proveChained(subjects, of, right, below);
}

/** In every situation a bound of the derivative's norm. */
function boundsOfDerivative(subject: Subject, node: DerivativeNode): (NormPolynomial | null)[] {
  const { kinds, words } = subject.reading;
  const kind = kinds.get(node);
  const n = kind?.kind === 'matrix' ? kind.m : 0;
  return situationsOf(subject.reading).map((situation) => {
    const program = traceRun({ ...subject, situation }, n, ({ source, cotangent }) =>
      new Operator(kinds, source).apply(node, cotangent, 'left', situation.times),
    );
    return boundOf(program, [...words.params.keys()]);
  });
}
