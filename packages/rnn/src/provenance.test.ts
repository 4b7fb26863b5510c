import {
  checkpoint,
  grad,
  isProgram,
  key,
  type Label,
  normal,
  onTape,
  type Program,
  sum,
  trace,
} from '@throughline/autograd';
import { debugNonFinite, withLines } from '@throughline/autograd/debug';
import { print } from '@throughline/autograd/symbolic';
import type { Tensor } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { type AnyCell, gru, gruResetBefore, lstm, rnn, rnnRelu, unroll } from './index.ts';

const dims = { I: 2, H: 3 };
const xs = normal(key(3), [5, 1, 2]);
const params = lstm.init(key(1), dims);
const loss = (p: typeof params): Tensor => sum(unroll(lstm, p, xs).out);

/** The scopes of a Program's equations and of its bodies'. */
const scopesOf = (program: Program): (readonly Label[])[] =>
  program.equations.flatMap(({ origin, params: own }) => [
    origin?.scope ?? [],
    ...Object.values(own).flatMap((value) => (isProgram(value) ? scopesOf(value) : [])),
  ]);
const has = (program: Program, ...labels: Label[]): number =>
  scopesOf(program).filter((scope) => JSON.stringify(scope) === JSON.stringify(labels)).length;

describe('origins', () => {
  test('a recorded cell knows cell and gate; its gradient also whose rule an equation is', () => {
    const forward = trace(loss, params);
    expect(has(forward, { cell: 'lstm' }, { gate: 'f' })).toBe(5);
    expect(has(forward, { cell: 'lstm' })).toBeGreaterThan(5);
    const backward = trace((p: typeof params) => grad(loss)(p), params);
    expect(has(backward, { cell: 'lstm' }, { gate: 'o' }, { pullback: 'contract' })).toBeGreaterThan(0);
    expect(has(backward, { cell: 'lstm' }, { gate: 'nothing' })).toBe(0);
  });

  test('print shows them, with lines where they were taken', () => {
    const text = print(
      withLines(() => trace(loss, params)),
      { origins: true },
    );
    expect(text).toMatch(/contract\[.*\/\/ cell lstm \/ gate f \/ at [^ ]*provenance\.test\.ts:\d+:\d+$/m);
    expect(print(trace(loss, params), { origins: true })).toMatch(/\/\/ cell lstm \/ gate f$/m);
    expect(print(trace(loss, params))).not.toContain('//');
  });

  test('an eager tape keeps places while debugging alone', () => {
    const places = () => onTape((input) => unroll(rnn, rnn.init(key(1), dims), input(xs)).out).tape.places;
    expect(places()).toBeNull();
    let seen: ReturnType<typeof places> = null;
    debugNonFinite(() => {
      seen = places();
    })();
    expect(JSON.stringify(seen)).toContain('[{"step":4},{"cell":"rnn"},{"gate":"h"}]');
  });
});

describe('debugNonFinite on what is finite: negative control', () => {
  const cells = [rnn, rnnRelu, lstm, gru, gruResetBefore] as unknown as readonly AnyCell[]; // their names forgotten
  test.each(cells.map((cell) => [cell.name, cell] as const))(
    '%s: a gradient, eager, recorded, checkpointed',
    (_, cell) => {
      const p = cell.init(key(2), dims);
      const of = (q: typeof p): Tensor => sum(unroll(cell, q, xs).out);
      const plain = JSON.stringify(grad(of)(p), (__, value) => value?.toArray?.() ?? value);
      for (const f of [
        grad(of),
        grad(checkpoint(of)),
        (q: typeof p) => grad((r: typeof p) => grad(of)(r) && of(r))(q),
      ]) {
        expect(JSON.stringify(debugNonFinite(f)(p), (__, value) => value?.toArray?.() ?? value)).toBe(plain);
      }
      const program = debugNonFinite(() => trace((q: typeof p) => grad(of)(q), p))();
      expect(program.equations.length).toBeGreaterThan(0);
    },
  );
});
