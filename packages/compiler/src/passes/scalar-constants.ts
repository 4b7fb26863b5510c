import { known } from '@throughline/autograd/back-end';
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
    const { shape } = value;
    draft.rename(id, draft.one(known.broadcastTo, [draft.hold(scalarOf(value))], { shape }));
  }
  for (const equation of program.equations) draft.keep(equation);
  say?.(repeated.length);
  return draft.finish();
};

/** The first element, without axes. */
export const scalarOf = ({ storage, dtype }: Concrete): Concrete => new Concrete(storage.slice(0, 1), dtype, []);
