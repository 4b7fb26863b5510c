import { type Equation, isProgram } from '@throughline/autograd';
import { reach } from '../../analysis/paths/reach.ts';
import type { Node } from '../language/ast.ts';
import { nodesOf } from '../language/ast.ts';
import type { StepProgram } from '../meaning/vocabulary.ts';

/**
 * The first op whose rule was given, as stopGradient's and customVjp's are, that a derivative of these sides may pass
 * through in any number of steps. Reverse mode then gives what the rule says: it is no proof of the derivative.
 */
export function givenRule(step: StepProgram, sides: readonly Node[]): string | undefined {
  const by = sides
    .flatMap((side) => [...nodesOf(side)])
    .flatMap((node) => (node.kind === 'derivative' ? [node.x] : []));
  if (by.length === 0) return undefined;
  const marked = everReached(
    step,
    by.map(({ name }) => name),
  );
  const found = step.program.equations.find((one) => one.inputs.some((id) => marked.has(id)) && nameOfGiven(one));
  return found && nameOfGiven(found);
}

/** What may depend on these lines, now or in later steps. */
function everReached({ program, lines, before, states }: StepProgram, names: readonly string[]): Set<number> {
  const sources = new Set(
    names.flatMap((name) => [before.get(name), lines.get(name)]).filter((id) => id !== undefined),
  );
  for (;;) {
    const marked = reach(program, sources);
    const onwards = states.flatMap((name) => (marked.has(lines.get(name) ?? -1) ? (before.get(name) ?? []) : []));
    const isClosed = onwards.every((id) => sources.has(id));
    if (isClosed) return marked;
    for (const id of onwards) sources.add(id);
  }
}

function nameOfGiven({ primitive, params }: Equation): string | undefined {
  if (primitive.rule === 'as given') return primitive.name;
  for (const body of Object.values(params).filter(isProgram))
    for (const equation of body.equations) {
      const found = nameOfGiven(equation);
      if (found !== undefined) return found;
    }
  return undefined;
}
