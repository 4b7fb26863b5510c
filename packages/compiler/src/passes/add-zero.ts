import type { Pass } from './pass.ts';
import { peephole, uniform } from './peephole.ts';

/** x + 0 and 0 + x are x, though −0 + 0 is 0 (reassociating): sums that begin with zeros, cotangents where nothing flows. */
export const addZero: Pass = (program, say) => {
  let dropped = 0;
  const after = peephole(program, ({ primitive: { semantics }, inputs }, graph) => {
    if (semantics.kind !== 'map' || !('op' in semantics.expression) || semantics.expression.op !== 'add') return null;
    const [x, y] = inputs;
    if (x === undefined || y === undefined || semantics.expression.args.length !== inputs.length) return null;
    if (!semantics.expression.args.every((arg) => 'input' in arg)) return null;
    const zero = [x, y].find((id) => uniform(id, graph)?.storage[0] === 0);
    if (zero === undefined) return null;
    dropped++;
    return [zero === x ? y : x];
  });
  if (dropped > 0) say?.(`${dropped} ${dropped === 1 ? 'sum' : 'sums'} with 0`);
  return after;
};
