import { Draft } from './draft.ts';
import { keepFirsts, numbersOf } from './numbering.ts';
import type { Pass } from './pass.ts';

/**
 * Equal equations become one (exact): those of one primitive with equal params, bodies by their structure, on equal
 * operands, in either order where that does not matter. Constants of equal bits become one too. In linear time.
 */
export const commonSubexpressions: Pass = (program, say) => {
  const draft = new Draft(program);
  const dropped = keepFirsts(draft, program.equations, numbersOf(program));
  if (dropped === 0) return program;
  say?.(dropped);
  return draft.finish();
};
