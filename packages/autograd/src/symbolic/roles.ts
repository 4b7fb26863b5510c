import type { Equation } from '../program.ts';
import type { OperandGroup } from '../semantics.ts';

/** What a primitive calls its operands. */
export function groupsOf({ primitive, params }: Pick<Equation, 'primitive' | 'params'>): readonly OperandGroup[] {
  const { semantics } = primitive;
  return (semantics.kind === 'structured' && semantics.operands?.(params)) || [];
}

/** How an equation runs its body over time: how many carries it has behind how many constants, and how many steps. */
export interface Loop {
  readonly constants: number;
  readonly carry: number;
  readonly length: number;
  readonly reverse: boolean;
}

/** What a loop over time says of itself by its roles and params; undefined for anything else. */
export function loopOf(equation: Equation): Loop | undefined {
  const counts = new Map(groupsOf(equation).map(({ role, count }) => [role, count]));
  const { length, reverse } = equation.params;
  const carry = counts.get('carry');
  if (carry === undefined || !counts.has('xs') || typeof length !== 'number') return undefined;
  return { constants: counts.get('constants') ?? 0, carry, length, reverse: reverse === true };
}
