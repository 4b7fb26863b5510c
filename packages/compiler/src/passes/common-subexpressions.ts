import type { Equation, ScalarOp, VarId } from '@throughline/autograd/back-end';
import { ensure } from '../collections.ts';
import { Draft } from './draft.ts';
import { normalLabels } from './labels.ts';
import { constantKey, operationKey } from './numbering.ts';
import type { Pass } from './pass.ts';
import { operationOf } from './rank.ts';

/**
 * Equal equations become one (exact): those of one primitive with equal params, bodies by their structure, on equal
 * operands, in either order where that does not matter. Constants of equal bits become one too. In linear time.
 */
export const commonSubexpressions: Pass = (program, say) => {
  const draft = new Draft(program);
  let dropped = 0;
  const constants = new Map<string, VarId>();
  for (const [id, value] of program.constants) {
    const first = ensure(constants, constantKey(value), () => id);
    if (first === id) continue;
    draft.rename(id, first);
    dropped++;
  }
  // Params are looked at only where operands are the same.
  const byOperands = new Map<string, Equation>();
  const byAll = new Map<string, Equation>();
  for (const equation of program.equations) {
    const here = draft.renamed(equation);
    const key = `${here.primitive.name} ${commutes(here) ? here.inputs.toSorted((a, b) => a - b) : here.inputs}`;
    const other = byOperands.get(key);
    if (other === undefined) byOperands.set(key, here);
    else byAll.set(`${key} ${paramsKey(other)}`, other);
    const full = other === undefined ? undefined : `${key} ${paramsKey(here)}`;
    const first = full === undefined ? undefined : byAll.get(full);
    if (first === undefined) {
      draft.keep(here);
      if (full !== undefined) byAll.set(full, here);
      continue;
    }
    dropped++;
    draft.replace(here, first.outputs);
  }
  if (dropped === 0) return program;
  say?.(dropped);
  return draft.finish();
};

const paramsKey = (equation: Equation): string =>
  equation.primitive.semantics.kind === 'contract' ? normalLabels(equation.params) : operationKey(equation);

const COMMUTE: ReadonlySet<ScalarOp | undefined> = new Set(['add', 'mul', 'equal', 'notEqual', 'and', 'or']);

/** Whether it is x ∘ y for an operation that gives the same bits for y ∘ x. */
function commutes(equation: Equation): boolean {
  const { op, operands } = operationOf(equation);
  return COMMUTE.has(op) && `${operands.toSorted()}` === `${equation.inputs.toSorted()}`;
}
