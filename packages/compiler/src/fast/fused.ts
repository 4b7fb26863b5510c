import type { FloatLanes } from '../emit/floats.ts';
import type { Value } from '../emit/graph.ts';

/** a + b or a − b as one instruction with a product that is among them: the first one of a sum, b of a difference. */
export function fused(m: FloatLanes, op: 'add' | 'sub', a: Value, b: Value): Value | undefined {
  const factors = (value: Value): readonly Value[] | undefined => {
    const { name, args } = m.graph.at(value);
    return name === `${m.precision}Mul` ? args : undefined;
  };
  const [first, second] = [op === 'add' ? factors(a) : undefined, factors(b)];
  if (first !== undefined) return m.op('RelaxedMadd', ...first, b);
  if (second === undefined) return undefined;
  return m.op(op === 'add' ? 'RelaxedMadd' : 'RelaxedNmadd', ...second, a);
}
