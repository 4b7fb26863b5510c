import type { Pass } from './pass.ts';
import { peephole, type Rule, uniform } from './peephole.ts';
import { operationOf } from './rank.ts';

/** x + 0 and 0 + x are x, though −0 + 0 is 0 (reassociating): sums that begin with zeros, cotangents where nothing flows. */
export const addZero: Pass = (program, say) => {
  const rule: Rule = (equation, graph) => {
    const { op, operands } = operationOf(equation);
    if (op !== 'add') return null;
    const zero = operands.find((id) => uniform(id, graph)?.storage[0] === 0);
    return zero === undefined ? null : [operands.find((id) => id !== zero) ?? zero];
  };
  return peephole(program, rule, say);
};
