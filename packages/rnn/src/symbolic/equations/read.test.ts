import { flatten, key, normal, sin, type Tree, vjp } from '@throughline/autograd';
import { isDifferentiable, ones, type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { type AnyCell, elman, gru, gruResetBefore, lstm, rnn, rnnRelu } from '../../index.ts';
import { coupled, odd, peephole, rearranged } from '../testing/odd-cells.ts';
import { diagonal, highway, indRnn, mgu, minGru, residual, table, twoBelts } from '../testing/unseen-cells.ts';
import { backwardEquations } from './backward.ts';
import { explain } from './explain.ts';
import { letterOf } from './extents.ts';
import { equations } from './forward.ts';
import type { Node } from './parse.ts';
import { definitionsOf, readEquations } from './read.ts';

const cells: readonly AnyCell[] = [
  ...[elman({ name: 'sine', activation: sin }), rnn, rnnRelu, lstm, gru, gruResetBefore],
  ...[peephole, rearranged, coupled, odd],
  ...[mgu, residual, minGru, highway, twoBelts, indRnn, diagonal, table],
] as readonly unknown[] as readonly AnyCell[]; // cells whose names are forgotten

const dims = { I: 3, H: 4, K: 5 };
const rows = 2;

/** Everything a step takes, at random, by its letters; and what the framework's own reverse mode gives. */
function example(cell: AnyCell, seed: number) {
  const random = (x: Tensor, n: number): Tensor => (isDifferentiable(x) ? normal(key(seed * 1000 + n), x.shape) : x);
  const fill = <X>(tree: X, start: number): X => {
    const flat = flatten('test', tree);
    return flat.rebuild(flat.leaves.map((x, i) => random(x, start + i))) as X; // the same nesting
  };
  const params = fill(cell.init(key(seed), dims), 0);
  const state = fill(cell.initialState(dims, rows), 100);
  const x = normal(key(seed * 1000 + 200), [rows, dims.I]);
  const run = vjp(
    (input: { params: Tree<Tensor>; state: Tree<Tensor>; x: Tensor }) => {
      const { state: next, out } = cell.step(input.params as typeof params, input.state as typeof state, input.x);
      return { next, out };
    },
    { params, state, x } as { params: Tree<Tensor>; state: Tree<Tensor>; x: Tensor }, // trees both
  );
  const out = run.value.out;
  const isState = flatten('test', run.value.next).leaves.some(
    (leaf) => leaf.size === out.size && String(leaf) === String(out),
  );
  const incoming = flatten('test', fill(run.value.next, 300));
  const cts = incoming.leaves.map((ct) => (isDifferentiable(ct) ? ct : null));
  const outgoing = isState ? null : random(out, 400);
  const next: unknown = incoming.rebuild(cts);
  const got: unknown = run.pullback({ next, out: outgoing } as never); // nulls where nothing flows
  const named = (tree: unknown, name: (path: string) => string): [string, Tensor][] => {
    const flat = flatten<Tensor | null>(
      'test',
      tree,
      (leaf): leaf is Tensor | null => leaf === null || (typeof leaf === 'object' && 'dtype' in leaf),
    );
    return flat.leaves.flatMap((leaf, i) =>
      leaf === null ? [] : [[name(flat.paths[i] ?? ''), leaf] as [string, Tensor]],
    );
  };
  const entries: (readonly [string, Tensor])[] = [
    ...named(params, letterOf),
    ...named(state, (path) => path),
    ['x', x],
    ...named(next, (path) => `δ${path}'`),
    ...(outgoing ? [['δout', outgoing] as const] : []),
  ];
  const given = Object.fromEntries(entries);
  const pulled = got as { params: unknown; state: unknown; x: Tensor };
  const expected = [
    ...named(pulled.params, (path) => `δ${letterOf(path)}`),
    ...named(pulled.state, (path) => `δ${path}`),
    ['δx', pulled.x] as [string, Tensor],
  ];
  const forward = [...named(run.value.next, (path) => `${path}'`)];
  return { given, expected, forward };
}

/** The largest difference; a line that says 0 stands for zeros. */
function distance(values: ReadonlyMap<string, Tensor>, expected: readonly [string, Tensor][]): number {
  let worst = 0;
  for (const [name, tensor] of expected) {
    const value = values.get(name);
    if (value === undefined) throw new Error(`no line defines ${name}`);
    if (value.size > 1) expect(value.shape, name).toEqual(tensor.shape);
    tensor.concrete('test').storage.forEach((x, i) => {
      const y = value.concrete('test').storage[value.size === 1 ? 0 : i] ?? Number.NaN;
      worst = Math.max(worst, Number.isNaN(y) ? Number.POSITIVE_INFINITY : Math.abs(x - y));
    });
  }
  return worst;
}

const extents = { ...dims, B: rows };

describe('what is printed, read back and computed, is the gradient', () => {
  for (const cell of cells) {
    test(cell.name, () => {
      for (const seed of [1, 2, 3]) {
        const { given, expected, forward } = example(cell, seed);
        expect(expected.length).toBeGreaterThan(3);
        for (const text of [explain(cell), [...equations(cell), ...backwardEquations(cell)]]) {
          const values = readEquations(text, given, extents);
          expect(distance(values, expected)).toBeLessThan(1e-12);
          expect(distance(values, forward)).toBeLessThan(1e-12);
        }
      }
    });
  }
});

test('altering one sign of any backward line breaks the equality', () => {
  const { given, expected } = example(lstm as unknown as AnyCell, 1);
  const lines = [...equations(lstm as unknown as AnyCell), ...backwardEquations(lstm as unknown as AnyCell)];
  let altered = 0;
  lines.forEach((line, i) => {
    const at = line.search(/ [+−] /u);
    if (at < 0 || !line.startsWith('δ')) return;
    const other = line[at + 1] === '+' ? '−' : '+';
    const values = readEquations(lines.with(i, line.slice(0, at + 1) + other + line.slice(at + 2)), given, extents);
    expect(distance(values, expected)).toBeGreaterThan(1e-6);
    altered++;
  });
  expect(altered).toBeGreaterThan(4);
});

describe('no expression is printed twice', () => {
  /** Every part of an expression that is computed: not letters, numbers, or a letter's transpose. */
  const parts = (node: Node): Node[] => {
    const inner = node.kind === 'call' || 'args' in node ? node.args : [];
    const isLeaf = inner.length === 0 || (node.kind === 'ᵀ' && inner[0]?.kind === 'name');
    return [...(isLeaf ? [] : [node]), ...inner.flatMap(parts)];
  };
  const repeated = (text: string | readonly string[]): string[] => {
    const all = definitionsOf(text).flatMap(({ value }) => parts(value).map((part) => JSON.stringify(part)));
    return all.filter((part, i) => all.indexOf(part) < i);
  };
  for (const cell of cells) test(cell.name, () => expect(repeated(explain(cell))).toEqual([]));

  test('and the check finds one', () => {
    expect(repeated(['a = tanh(x) ⊙ 2', 'b = 1 − tanh(x)'])).toHaveLength(1);
  });
});

describe('the language', () => {
  const x = tensor([
    [1, 2],
    [3, 4],
  ]);
  const value = (text: string): string => String(readEquations([`y = ${text}`], { x, h: ones([2]) }).get('y'));
  test('precedence, marks, calls and numbers', () => {
    expect(value('1 − x ⊙ x + 2')).toBe('f64[2,2] [[2, -1], [-6, -13]]');
    expect(value('−x²')).toBe('f64[2,2] [[-1, -4], [-9, -16]]');
    expect(value('x xᵀ')).toBe('f64[2,2] [[5, 11], [11, 25]]');
    expect(value('x (x + x)')).toBe('f64[2,2] [[14, 20], [30, 44]]');
    expect(value('8 / x / 2')).toBe('f64[2,2] [[4, 2], [1.33333, 1]]');
    expect(value('Σ(x) ⊙ 1e−1')).toBe('f64[2] [0.4, 0.6]');
    expect(value('where(greater(x, 2), x, [7, 8])')).toBe('f64[2,2] [[7, 8], [3, 4]]');
    expect(value('max(x, 2.5) − max[1](x)')).toBe('f64[2,2] [[0.5, -1.5], [1, 0]]');
    expect(value('split[sizes: 1, 1; axis: 0](x)[1]')).toBe('f64[1,2] [[3, 4]]');
  });

  test('errors point at the character', () => {
    expect(() => value('1 − ⊙ x')).toThrow('readEquations: expected a name here:\n  y = 1 − ⊙ x\n          ^');
    expect(() => value('tanh(x')).toThrow('readEquations: expected , here:\n  y = tanh(x\n            ^');
    expect(() => value('x + q')).toThrow('readEquations: q has no value. There are x, h.');
    expect(() => value('foo(x)')).toThrow('readEquations: there is no operation foo.');
    expect(() => value('slice[0:B, 0:2](x)')).toThrow(
      'readEquations: the extent B is not known. Pass extents, as in { B: 2, I: 3, H: 4 }.',
    );
  });
});
