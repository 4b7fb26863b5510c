import { add, mul, type Program } from '@throughline/autograd';
import { equivalent } from '@throughline/autograd/symbolic';
import type { Tensor } from '@throughline/tensor';
import type { Node } from '../language/ast.ts';
import { situationsOf } from './situations.ts';
import type { Subject } from './subject.ts';
import { traceSide } from './trace-side.ts';

/** Exactly representable, and unlike any factor of a cell. */
const nudge = 1 / 1024;

/** Changes that make a right side wrong whatever it is: no proof of one may be found. */
const wrong: readonly ((x: Tensor) => Tensor)[] = [(x) => add(x, nudge), (x) => add(mul(x, 1 + nudge), nudge * nudge)];

/**
 * Whether two sides are one Program in normal form, at every situation and all of the extents.
 * @throws Unprovable when a side cannot be traced.
 */
export function proveEqual(subjects: readonly Subject[], left: Node, right: Node): boolean {
  return subjects.every((subject, i) =>
    situationsOf(subject.reading).every((situation, k) => {
      const setting = { ...subject, situation };
      const program = traceSide(setting, left, right);
      const same = (other: Program): boolean => equivalent(program, other).proved;
      const isFirst = i === 0 && k === 0;
      return (
        same(traceSide(setting, right, left)) &&
        (!isFirst || wrong.every((change) => !same(traceSide(setting, right, left, change))))
      );
    }),
  );
}
