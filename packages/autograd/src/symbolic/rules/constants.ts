import { Concrete, type Tensor } from '@throughline/tensor';
import { filled } from '../../primitives/sum-broadcast.ts';
import { resultsOf } from './axes.ts';
import type { Rule } from './rule.ts';

const sizeOfAll = (types: readonly { readonly shape: readonly number[] }[]): number =>
  types.reduce((total, { shape }) => total + shape.reduce((a, b) => a * b, 1), 0);

/** What is known before any input is, by the reference kernels. */
export const constantRules: readonly Rule[] = [
  {
    name: 'constants',
    law: 'f(constant) is a constant',
    rewrite(application) {
      const { primitive, inputs, params } = application;
      const known = inputs.filter((x): x is Concrete => x instanceof Concrete);
      // What would grow, as 1 at every place does, stays an equation.
      const size = sizeOfAll(resultsOf(application));
      if (known.length < inputs.length || size > sizeOfAll(inputs) || size === 0) return null;
      return primitive.eval(known, params);
    },
  },
  {
    name: 'map-of-numbers',
    law: 'f(p everywhere) is f(p) everywhere',
    on: 'map',
    rewrite(application, graph) {
      const { primitive, inputs, params } = application;
      if (primitive.semantics.kind !== 'map' || inputs.every((x) => x.rank === 0)) return null;
      const numbers = inputs.map((x) => graph.uniform(x));
      if (!numbers.every((value) => value !== undefined)) return null;
      const scalars = inputs.map((x, i) => scalar(x, numbers[i] ?? 0));
      const results = primitive.eval(scalars, params);
      return resultsOf(application).map((type, k) => filled(type, results[k]?.storage[0] ?? 0));
    },
  },
];

function scalar(like: Tensor, value: number): Concrete {
  const made = filled({ dtype: like.dtype, shape: [] }, value);
  return made.concrete('simplify');
}
