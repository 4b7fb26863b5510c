import { expect, test } from 'vitest';
import {
  add,
  grad,
  key,
  lstm,
  mapTree,
  mean,
  mul,
  normal,
  parseProgram,
  splitKey,
  type Tensor,
  tensor,
  unroll,
} from '../index.ts';
import { printTape } from './print.ts';
import { programText } from './program.ts';
import { recordSteps, sweepSteps } from './record.ts';

const settings = { steps: 3, inputs: 2, hidden: 4, seed: 11 };

test('the last running sums are the gradient that grad gives, to the bit', () => {
  const recorded = recordSteps(lstm, settings);
  const sums = new Map<string, Tensor>();
  for (const { to, part, sum } of sweepSteps(recorded, add, tensor(1)).flatMap((step) => step.given)) {
    for (const name of recorded.names.get(to) ?? []) sums.set(name, sum ?? part);
  }
  const [forParams, forInputs] = splitKey(key(settings.seed)) as [Tensor, Tensor]; // two by default
  const xs = normal(forInputs, [3, 1, 2]);
  const gradient = grad((params: ReturnType<typeof lstm.init>) => {
    const { h } = unroll(lstm, params, xs).last;
    return mean(mul(h, h));
  })(lstm.init(forParams, { I: 2, H: 4 }));
  let compared = 0;
  mapTree(gradient, (leaf, path) => {
    expect(sums.get(path)?.toArray(), path).toEqual(leaf.toArray());
    compared++;
  });
  expect(compared).toBe(12);
});

test('a value that is used again shows its running sum', () => {
  const recorded = recordSteps(lstm, { steps: 1, inputs: 1, hidden: 1, seed: 7 });
  const text = printTape(
    'lstm',
    { steps: 1, inputs: 1, hidden: 1, seed: 7 },
    recorded,
    sweepSteps(recorded, add, tensor(1)),
  );
  expect(text).toContain('forward: 32 entries, as they ran');
  expect(text).toMatch(/%12 h\[0\] {2}\[.*\] {3}reused: the sum is now \[/);
  expect(text.indexOf('%46 loss  div   ct 1')).toBeGreaterThan(0);
});

test('the steps as a Program: text that reads back, formulas, a graph, and time drawn once', () => {
  const text = programText(lstm, { ...settings, steps: 6 }, 'text');
  expect(text).toContain('// a is f.W');
  expect(parseProgram(text).equations.length).toBeGreaterThan(100);
  const folded = programText(lstm, { ...settings, steps: 6 }, 'folded');
  expect(folded).toContain('// ×6');
  expect(parseProgram(folded).equations.length).toBeLessThan(40);
  expect(programText(lstm, { ...settings, steps: 6 }, 'folded-dot')).toContain('label="scan ×6"');
  expect(programText(lstm, { ...settings, steps: 6 }, 'folded-latex')).toContain('U_{f}');
  expect(programText(lstm, settings, 'dot')).toContain('digraph');
  expect(programText(lstm, settings, 'latex')).not.toContain('dots');
});
