import type { Equation, Origin } from '@throughline/autograd/back-end';
import { bodiesOf } from '@throughline/autograd/back-end';
import { Draft } from './draft.ts';
import type { Pass } from './pass.ts';

/**
 * Functions with a pullback of their own stand as their equations where they are called (exact): when gradients have been
 * taken, the rule has done its work. A call that is made to keep less in memory stays a call.
 */
export const inlineCalls: Pass = (program, say) => {
  if (!program.equations.some(isInline)) return program;
  const draft = new Draft(program);
  let calls = 0;
  for (const equation of program.equations) {
    const body = isInline(equation) ? bodiesOf(equation).find(([key]) => key === 'body')?.[1] : undefined;
    if (body === undefined) {
      draft.keep(equation);
      continue;
    }
    calls++;
    const from = draft.equations.length;
    const results = draft.splice(body, equation.inputs.slice(0, body.inputs.length));
    const { origin } = equation;
    if (origin !== undefined) {
      draft.equations.splice(
        from,
        Number.POSITIVE_INFINITY,
        ...draft.equations.slice(from).map((e) => placed(e, origin)),
      );
    }
    equation.outputs.forEach((id, k) => {
      draft.rename(id, results[k] as number); // as many as the body gives
    });
  }
  say?.(
    `${calls} ${calls === 1 ? 'function stands' : 'functions stand'} where ${calls === 1 ? 'it is' : 'they are'} called`,
  );
  return draft.finish();
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
