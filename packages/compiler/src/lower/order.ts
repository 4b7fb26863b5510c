import type { Equation, Program, VarId } from '@throughline/autograd/back-end';

/**
 * A Program's equations, each after what it reads, with maps and views as early as they can be: whatever waits to be stored
 * when a product needs one of them then goes into one kernel.
 */
export function mapsFirst({ equations }: Program): Equation[] {
  /** How many kernels come before a variable is there. */
  const levels: number[] = [];
  const level = (id: VarId): number => levels[id] ?? 0;
  let kernels = 0;
  const leveled = equations.map((equation) => {
    const own = isCheap(equation) ? Math.max(0, ...equation.inputs.map(level)) : ++kernels;
    for (const id of equation.outputs) levels[id] = own;
    return { equation, level: own };
  });
  return leveled.sort((a, b) => a.level - b.level).map(({ equation }) => equation);
}

/** Whether lowering it only makes an expression. */
const isCheap = ({ primitive: { semantics }, inputs }: Equation): boolean =>
  semantics.kind === 'map' || (semantics.kind === 'view' && inputs.length === 1);
