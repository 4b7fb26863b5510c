import type { VarId } from '@throughline/autograd/back-end';
import type { Draft } from './draft.ts';
import { type Loop, slotOf } from './loop.ts';

/** Where a value of the body stands for all steps: it is a sequence or a y, or becomes one. */
export function stacked(loop: Loop, outside: Draft, inner: VarId): VarId {
  const known = slotOf([...loop.xs, ...loop.ys], inner);
  if (known !== undefined) return known.outer;
  const { dtype, shape } = loop.body.type(inner);
  const outer = outside.variable({ dtype, shape: [loop.params.length, ...shape] });
  loop.ys.push({ inner, outer });
  return outer;
}
