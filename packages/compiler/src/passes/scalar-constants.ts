import type { VarId } from '@throughline/autograd/back-end';
import { Concrete } from '@throughline/tensor';
import { Draft } from './draft.ts';
import { uniform } from './numbering.ts';
import type { Pass } from './pass.ts';

/** Exact: a constant that is one number at every place becomes that number, repeated by a view: nothing has to be read. */
export const scalarConstants: Pass = (program, say) => {
  const repeated = [...program.constants].filter(([, value]) => value.size > 1 && uniform(value) !== undefined);
  if (repeated.length === 0) return program;
  const draft = new Draft(program);
  for (const [id, value] of repeated) {
    const scalar: VarId = draft.variable({ dtype: value.dtype, shape: [] });
    draft.constants.set(scalar, new Concrete(value.storage.slice(0, 1), value.dtype, []));
    draft.rename(id, draft.one('broadcastTo', [scalar], { shape: [...value.shape] }));
  }
  for (const equation of program.equations) draft.keep(equation);
  say?.(`${repeated.length} constants are one number each`);
  return draft.finish();
};
