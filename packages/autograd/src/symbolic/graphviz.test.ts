import { type Concrete, full, type Tensor, tensor } from '@throughline/tensor';
import { instance } from '@viz-js/viz';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  add,
  cond,
  customVjp,
  grad,
  matmul,
  mul,
  type Program,
  primitives,
  scan,
  scope,
  sum,
  tanh,
  trace,
} from '../index.ts';
import { samples } from '../testing/index.ts';
import { randomPrograms } from '../testing/random-programs.ts';
import { graphviz } from './index.ts';

const viz = await instance();

/** Lays the graph out and draws it; errors of the parser are thrown. */
function draw(dot: string): string {
  const result = viz.render(dot, { format: 'svg' });
  if (result.status === 'failure' || result.errors.some(({ level }) => level === 'error'))
    throw new Error(JSON.stringify(result.errors));
  return result.output;
}
const titles = (svg: string, kind: string): number => svg.split(`class="${kind}"`).length - 1;

const step = (w: Tensor) => (h: Tensor, x: Tensor) => {
  const next = scope('cell', () => scope('gate f', () => tanh(add(matmul(h, w), x))));
  return { carry: next, y: mul(next, 2) };
};
const loop = (w: Tensor, h: Tensor, xs: Tensor) => scan(step(w), h, xs);

describe('graphviz', () => {
  test('a node per equation, an edge per use with its type, scalar constants in place', () => {
    const dot = graphviz(
      trace((x, y) => mul(add(x, y), 0.5), tensor(1), tensor(2)),
      { names: ['x', 'say "y"'] },
    );
    const svg = draw(dot);
    expect(dot).toContain('[label="mul(·, 0.5)"');
    expect(dot).toContain('label="say \\"y\\": f64[]"');
    expect([titles(svg, 'node'), titles(svg, 'edge'), titles(svg, 'cluster')]).toEqual([5, 4, 0]);
  });

  test('a loop is a cluster ×T with its carry going back; scopes are clusters', () => {
    const dot = graphviz(trace(loop, full([2, 2], 1), full([2], 1), full([7, 2], 1)), { direction: 'right' });
    const svg = draw(dot);
    expect(dot).toContain('rankdir=LR');
    expect(dot).toContain('[label="scan ×7"');
    expect(dot.match(/t → t\+1/g)).toHaveLength(1);
    expect(svg).toContain('scan ×7');
    expect(svg).toContain('gate f');
    expect(titles(svg, 'cluster')).toBe(3);
    // inputs 3, results of the loop 2, results 2, inputs of the body 3, its equations: contract, add, tanh, mul, broadcastTo
    expect(titles(svg, 'node')).toBe(15);
  });

  test('branches, rules, gradients, no equations', () => {
    const clipped = customVjp(
      (x: Tensor) => tanh(x),
      (ct) => [mul(ct, 2)],
    );
    const f = (p: Tensor, x: Tensor) =>
      cond(
        p,
        (y: Tensor) => clipped(y),
        (y: Tensor) => mul(y, 3),
        x,
      );
    const svg = draw(graphviz(trace(f, tensor(true), tensor(1))));
    for (const label of ['cond · onTrue', 'cond · onFalse', 'customVjp · body', 'customVjp · rule'])
      expect(svg).toContain(label);
    draw(
      graphviz(
        trace(
          grad((w: Tensor) => sum(loop(w, full([2], 1), full([4, 2], 1)).ys)),
          full([2, 2], 1),
        ),
      ),
    );
    draw(graphviz(trace(() => [])));
    draw(
      graphviz(
        trace((x) => [x, x, 3, tensor([1, 2])].map((y) => y as Tensor).filter((y) => typeof y === 'object'), tensor(1)),
      ),
    );
  });

  test('the renderer accepts every primitive, and random Programs', () => {
    for (const [name, { smooth, any }] of Object.entries(samples)) {
      const arbitrary = any ?? smooth;
      if (arbitrary === null) continue;
      for (const { inputs, params } of fc.sample(arbitrary, { seed: 6, numRuns: 2 }))
        draw(graphviz(programOf(name, inputs, params)));
    }
    for (const { program } of fc.sample(randomPrograms(), { seed: 3, numRuns: 8 })) draw(graphviz(program));
  }, 120_000);

  test('and it would notice', () => {
    expect(() => draw('digraph { a -> }')).toThrow();
  });
});

function programOf(name: string, inputs: readonly Concrete[], params: unknown): Program {
  const primitive = primitives.get(name);
  if (primitive === undefined) throw new Error(name);
  const types = inputs.map(({ dtype, shape }) => ({ dtype, shape }));
  const results = primitive.infer(types, params);
  const ids = inputs.map((_, i) => i);
  const outputs = results.map((_, k) => inputs.length + k);
  const equation = { primitive, inputs: ids, params: params as Program['equations'][number]['params'], outputs };
  return { inputs: ids, constants: new Map(), equations: [equation], outputs, types: [...types, ...results] };
}
