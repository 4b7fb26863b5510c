import { primitives } from '../primitive.ts';
import type { Label } from '../program.ts';

/** What a scope says of an op that runs in it. */
export interface Standing {
  /** The op as the user called it: in a rule, the op that the rule belongs to. */
  readonly op: string;
  readonly direction: 'forward' | 'backward' | 'tangent';
  readonly cell: string | null;
  readonly gate: string | null;
  readonly step: number | null;
  /** How many rules stand around the op: what was made further outside is a residual here. */
  readonly level: number;
  /** The innermost rule's op. */
  readonly rule: string | null;
}

/** Of each kind the innermost label counts. */
export function standingOf(scope: readonly Label[], op: string): Standing {
  let [cell, gate, step]: [string | null, string | null, number | null] = [null, null, null];
  const rules: { readonly op: string; readonly direction: 'backward' | 'tangent' }[] = [];
  for (const label of scope) {
    if (typeof label === 'string') continue;
    if ('cell' in label) cell = label.cell;
    else if ('gate' in label) gate = label.gate;
    else if ('step' in label) step = label.step;
    else if ('pullback' in label) rules.push({ op: label.pullback, direction: 'backward' });
    else rules.push({ op: label.pushforward, direction: 'tangent' });
  }
  // A loop's rule consists of the rules of its body's ops: those are what the user wrote.
  const owner = rules.find((rule) => primitives.get(rule.op)?.semantics.kind !== 'structured');
  const level = rules.length;
  return {
    op: owner?.op ?? op,
    direction: (owner ?? rules[0])?.direction ?? 'forward',
    cell,
    gate,
    step,
    level,
    rule: rules.at(-1)?.op ?? null,
  };
}
