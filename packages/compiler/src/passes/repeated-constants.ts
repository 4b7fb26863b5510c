import { known } from '@throughline/autograd/back-end';
import { Concrete } from '@throughline/tensor';
import { Draft } from './draft.ts';
import type { Pass } from './pass.ts';

/**
 * Exact: a constant that is the same all along an axis becomes what is repeated, and a view: where it is one number at every
 * place, that number. Less has to be read. And it is what the function itself has of a row that is broadcast: its derivative
 * has the whole result, since all of it was known, and their loops would not be seen to compute the same.
 */
export const repeatedConstants: Pass = (program, say) => {
  const draft = new Draft(program);
  let repeated = 0;
  for (const [id, value] of program.constants) {
    const part = repeatedPart(value);
    if (part === undefined) continue;
    draft.rename(id, draft.one(known.broadcastTo, [draft.hold(part)], { shape: value.shape }));
    repeated++;
  }
  if (repeated === 0) return program;
  for (const equation of program.equations) draft.keep(equation);
  say?.(repeated);
  return draft.finish();
};

/** What broadcasting makes a constant of, without leading axes of one; undefined where no axis repeats anything. */
function repeatedPart({ storage, dtype, shape }: Concrete): Concrete | undefined {
  if (storage.length < 2) return undefined;
  let stride = storage.length;
  const axes = shape.map((length) => {
    stride /= length;
    const step = stride;
    const isFirst = (i: number): boolean => Math.floor(i / step) % length === 0;
    const repeats = length > 1 && storage.every((x, i) => isFirst(i) || Object.is(x, storage[i - step]));
    return { length: repeats ? 1 : length, repeats, isFirst };
  });
  const repeating = axes.filter(({ repeats }) => repeats);
  if (repeating.length === 0) return undefined;
  const part = axes.map(({ length }) => length);
  while (part[0] === 1) part.shift();
  return new Concrete(
    storage.filter((_, i) => repeating.every(({ isFirst }) => isFirst(i))),
    dtype,
    part,
  );
}

/** The first element, without axes. */
export const scalarOf = ({ storage, dtype }: Concrete): Concrete => new Concrete(storage.slice(0, 1), dtype, []);
