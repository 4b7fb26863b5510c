import { type Program, typeOf } from '../../program.ts';
import { Block } from './block.ts';
import { atom, tuple } from './terms.ts';

/** Options of `latex`. */
export interface LatexOptions {
  /** What the inputs are called, in order, in LaTeX: `['W_f', 'h']`. By default a, b, c…; the rest goes on from there. */
  readonly names?: readonly string[];
}

/**
 * A Program as mathematics, in LaTeX: one aligned equation per line.
 *
 * A map is written as its scalar expression, with ⊙ between arrays; a contraction as a product of matrices where it is one,
 * else as a sum over indices, as reductions, slices and gathers are; a loop as a recurrence (h_t = …, t = 1, …, T); other
 * bodies as functions of their own. Broadcasting is left out. What has no form is written as a call. The last line gives
 * the results.
 * @example latex(trace((x) => tanh(mul(x, 2)), tensor([1])), { names: ['x'] })   // \begin{aligned}…a &= 2\, x \\…b &= \tanh\left(a\right) \\…&\to b…\end{aligned}
 */
export function latex(program: Program, options: LatexOptions = {}): string {
  const given = options.names ?? [];
  let count = 0;
  let bodies = 0;
  const namer = {
    nextBodies: () => ++bodies,
    fresh(): string {
      for (;;) {
        const name = letters(++count);
        if (!given.includes(name)) return name;
      }
    },
  };
  const inputs = program.inputs.map((id, i) => atom(given[i] ?? namer.fresh(), typeOf(program, id).shape.length === 0));
  const block = new Block(program, inputs, namer);
  const lines = block.lines.map(({ left, right }) => `  ${left} &= ${right}`);
  const results = program.outputs.map((id) => block.term(id));
  return `\\begin{aligned}\n${[...lines, `  &\\to ${tuple(results)}`].join(' \\\\\n')}\n\\end{aligned}`;
}

/** a, b, … without those that mean something here (e, the indices i…q, t), then aa, ab, … */
function letters(count: number): string {
  const free = 'abcdfghrsuvwxyz';
  let name = '';
  for (let n = count; n > 0; n = Math.floor((n - 1) / free.length)) name = `${free[(n - 1) % free.length]}${name}`;
  return name.length === 1 ? name : `\\mathit{${name}}`;
}
