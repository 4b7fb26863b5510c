import type { Equation, Origin, Program } from '@throughline/autograd/back-end';
import { type Draft, rewriteEach } from './draft.ts';
import type { Pass } from './pass.ts';

/**
 * Functions with a pullback of their own stand as their equations where they are called (exact): when gradients have been
 * taken, the rule has done its work. A call that is made to keep less in memory stays a call.
 */
export const inlineCalls: Pass = (program, say) => {
  const inline = (equation: Equation, draft: Draft): boolean => {
    const { params, inputs, origin } = equation;
    const body = params.body as Program; // of a call
    const equations = body.equations.map((each) => (origin === undefined ? each : placed(each, origin)));
    draft.replace(equation, draft.splice({ ...body, equations }, inputs.slice(0, body.inputs.length)));
    return true;
  };
  return rewriteEach(program, isInline, inline, say);
};

/** A call whose body is not there for memory's sake. */
function isInline({ primitive: { semantics } }: Equation): boolean {
  return semantics.kind === 'structured' && semantics.control === 'call' && semantics.isCall !== true;
}

/** An equation of a body, with where the call stands around where it stood. */
function placed(equation: Equation, outer: Origin): Equation {
  const { line = outer.line, scope = [] } = equation.origin ?? {};
  const origin = { scope: [...outer.scope, ...scope], ...(line === undefined ? {} : { line }) };
  return { ...equation, origin };
}
