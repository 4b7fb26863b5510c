import { evaluate, flatten, grad, key, mean, mul, normal, type Program, trace, unstack } from '@throughline/autograd';
import { fold, graphviz, latex, parseProgram, print } from '@throughline/autograd/symbolic';
import type { Tensor } from '@throughline/tensor';
import { instance } from '@viz-js/viz';
import katex from 'katex';
import { describe, expect, test } from 'vitest';
import { type AnyCell, gru, lstm, rnn, unroll } from '../index.ts';

const viz = await instance();
const T = 7;
const bits = (list: readonly Tensor[]): string[] =>
  list.map((x) => [...x.concrete('bits').storage].map((v) => (Object.is(v, -0) ? '-0' : v)).join());

describe.each([rnn, lstm, gru].map((cell) => [cell.name, cell as AnyCell] as const))('%s over time', (name, cell) => {
  const params = cell.init(key(5), { I: 2, H: 3 });
  const xs = normal(key(6), [T, 2, 2]);
  const leaves = [...flatten('test', params).leaves, xs];
  const loss = (p: typeof params, x: Tensor): Tensor => {
    const { out } = unroll(cell, p, x);
    return mean(mul(out, out));
  };
  const written = (p: typeof params, x: Tensor): Tensor => {
    let state = cell.initialState({ I: 2, H: 3 }, 2);
    let out = x;
    for (const row of unstack(x)) ({ state, out } = cell.step(p, state, row));
    return mean(mul(out, out));
  };
  const slope = (f: typeof loss) => (p: typeof params, x: Tensor) => grad((q: typeof params) => f(q, x))(p);
  const programs: Record<string, Program> = {
    unrolled: trace(loss, params, xs),
    gradient: trace(slope(loss), params, xs),
    written: trace(written, params, xs),
    'written gradient': trace(slope(written), params, xs),
  };

  test.each(Object.entries(programs))(
    '%s: the text reads back to the same bits; formulas and graph render',
    (_, program) => {
      const text = print(program, { constants: 'full' });
      const read = parseProgram(text);
      expect(print(read, { constants: 'full' })).toBe(text);
      expect(bits(evaluate(read, leaves))).toEqual(bits(evaluate(program, leaves)));
      katex.renderToString(latex(program), { throwOnError: true, strict: 'error', output: 'mathml' });
      // laying out a gradient of many steps takes minutes; folded, it is drawn below
      if (program.equations.length < 200)
        expect(viz.renderString(graphviz(program), { format: 'svg' })).toContain('</svg>');
    },
  );

  test.each(['written', 'written gradient'])('%s out: time is drawn once, ×T or nearly, and the bits stay', (which) => {
    const program = programs[which] as Program;
    const folded = fold(program);
    expect(bits(evaluate(folded, leaves))).toEqual(bits(evaluate(program, leaves)));
    const loops = folded.equations.filter(({ primitive }) => primitive.semantics.kind === 'structured');
    expect(loops.map(({ params: own }) => Number(own.length)).every((length) => length >= T - 2)).toBe(true);
    expect(loops).toHaveLength(which === 'written' ? 1 : 2);
    const svg = viz.renderString(graphviz(folded), { format: 'svg' });
    expect(svg).toMatch(new RegExp(`scan ×[${T - 2}-${T}]`));
    katex.renderToString(latex(folded), { throwOnError: true, strict: 'error', output: 'mathml' });
    expect(name).toBe(cell.name);
  });
});
