/** @file What the gradient of a cell becomes: one loop forward, one back, and products over all steps outside. */
import { key, trace, valueAndGrad } from '@throughline/autograd';
import { bodiesOf, type Equation, type Program, type ScanParams } from '@throughline/autograd/back-end';
import { type AnyCell, gru, gruResetBefore, lstm, rnn, unroll } from '@throughline/rnn';
import { full, type Tensor } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { hoistInvariants } from './hoist-invariants.ts';
import { hoistRows } from './hoist-rows.ts';
import { optimise } from './index.ts';
import { isLoop } from './loop.ts';
import { mergeScans } from './merge-scans.ts';
import { mergeSums } from './merge-sums.ts';
import { everywhere } from './pass.ts';
import { isTranscendental } from './rank.ts';
import { recompute } from './recompute.ts';
import { repeatedConstants } from './repeated-constants.ts';
import { sink } from './sink.ts';
import { sumsLeaveLoops } from './sums-leave-loops.ts';
import { tidyLoops } from './tidy-loops.ts';

const loopPasses = [
  repeatedConstants,
  mergeScans,
  tidyLoops,
  hoistInvariants,
  hoistRows,
  sumsLeaveLoops,
  mergeSums,
  sink,
  recompute,
];

/** The passes about loops alone, until they find nothing. */
function overLoops(program: Program): Program {
  let current = program;
  for (let round = 0; round < 8; round++) {
    const before = current;
    for (const pass of loopPasses) current = everywhere(pass)(current);
    if (current === before) return current;
  }
  throw new Error('the passes do not come to an end');
}

const ofKind = ({ equations }: Program, kind: string): readonly Equation[] =>
  equations.filter(({ primitive: { semantics } }) => semantics.kind === kind);
const paramsOf = (loop: Equation | undefined): ScanParams => loop?.params as unknown as ScanParams; // of a scan
const bodyOf = (loop: Equation | undefined): Program => paramsOf(loop).body;
const stacks = (loop: Equation | undefined): number => bodyOf(loop).outputs.length - paramsOf(loop).carry;

/** The bytes that a loop stacks. */
const bytes = ({ types }: Program, loop: Equation | undefined): number =>
  (loop?.outputs ?? [])
    .slice(paramsOf(loop).carry)
    .reduce((sum, id) => sum + (types[id]?.shape ?? []).reduce((a, b) => a * b, 8), 0);

/** The gradient of a cell's last state, and of the sequence when asked for. */
function gradient(cell: AnyCell, T: number, B: number, toXs = false): Program {
  const params = cell.init(key(1), { I: 2, H: 3 });
  const loss = (p: unknown, xs: Tensor): Tensor => {
    const { last } = unroll(cell, p as never, xs); // params of this cell
    const h = (last as { h: Tensor }).h; // of every cell here
    return h.mul(h).sum();
  };
  const xs = full([T, B, 2], 0);
  return toXs
    ? trace(
        (p: unknown, x: Tensor) => valueAndGrad((both: readonly [unknown, Tensor]) => loss(...both))([p, x]),
        params,
        xs,
      )
    : trace(valueAndGrad(loss), params, xs);
}

/** Products and what else there is: of each step forward, of each step back, and outside. */
const expected = {
  rnn: { gates: 1, states: 1, outside: 3, biases: 1, stacked: 2, maps: 1 },
  lstm: { gates: 4, states: 2, outside: 12, biases: 4, stacked: 7, maps: 5 },
  gru: { gates: 3, states: 1, outside: 9, biases: 4, stacked: 5, maps: 3 },
  gruResetBefore: { gates: 3, states: 1, outside: 9, biases: 3, stacked: 5, maps: 3 },
} as const;
const cells = { rnn, lstm, gru, gruResetBefore } as const;

describe.each(Object.entries(cells))('%s', (name, each) => {
  const cell = each as unknown as AnyCell; // whatever its names are
  const want = expected[name as keyof typeof expected]; // of the same record
  test.each([
    [1, 1],
    [1, 3],
    [2, 1],
    [2, 3],
    [5, 1],
    [5, 3],
  ])('T = %i, B = %i', (T, B) => {
    const program = overLoops(gradient(cell, T, B));
    const loops = program.equations.filter(isLoop);
    expect(loops).toHaveLength(2);
    const [forward, back] = loops.map(bodyOf) as [Program, Program]; // two, see above
    expect(loops.map(({ params }) => params.reverse)).toEqual([false, true]);
    // Biases' gradients are added up row by row; each is one sum over the rows after the loop.
    expect(loops.map(({ params }) => params.carry)).toEqual([want.states, want.states + want.biases]);
    // x·W is outside, h·U and dz·Uᵀ inside.
    expect(ofKind(forward, 'contract')).toHaveLength(want.gates);
    expect(ofKind(back, 'contract')).toHaveLength(want.gates);
    expect(ofKind(program, 'contract')).toHaveLength(want.outside);
    // Everything is kept once, and elementary functions run once.
    expect(stacks(loops[0])).toBe(want.stacked);
    expect(forward.equations.filter(isTranscendental)).toHaveLength(want.maps);
    expect(back.equations.filter(isTranscendental)).toHaveLength(0);
    // One sum per bias, beside the loss itself; none in the loops.
    expect(ofKind(program, 'reduce')).toHaveLength(want.biases + 1);
    expect([...ofKind(forward, 'reduce'), ...ofKind(back, 'reduce')]).toHaveLength(0);
  });

  test('the cotangents of the sequence are products after the loop', () => {
    const program = overLoops(gradient(cell, 5, 3, true));
    const [forward, back] = program.equations.filter(isLoop).map(bodyOf) as [Program, Program]; // two
    expect(ofKind(forward, 'contract')).toHaveLength(want.gates);
    expect(ofKind(back, 'contract')).toHaveLength(want.gates);
    expect(ofKind(program, 'contract')).toHaveLength(want.outside + want.gates);
  });

  test('with all passes: one product a step forward, and it comes to an end', () => {
    const { program } = optimise(gradient(cell, 5, 3), { reassociate: true });
    const loops = program.equations.filter(isLoop);
    const [forward] = loops.map(bodyOf) as [Program]; // two, see below
    expect(loops).toHaveLength(2);
    expect(ofKind(forward, 'contract').length).toBeLessThanOrEqual(want.gates);
    expect(optimise(program, { reassociate: true }).notes).toEqual([]);
    expect(bytes(program, loops[0])).toBeLessThanOrEqual(want.stacked * 5 * 3 * 3 * 8);
  });

  test('what remains keeps its place in the cell', () => {
    const program = overLoops(gradient(cell, 5, 3));
    const products = [
      ...ofKind(program, 'contract'),
      ...program.equations
        .filter(isLoop)
        .flatMap(bodiesOf)
        .flatMap(([, body]) => ofKind(body, 'contract')),
    ];
    for (const { origin } of products) expect(JSON.stringify(origin?.scope)).toContain(`cell":"${cell.name}`);
  });
});

test('without them, the gradient of an LSTM runs forward twice and adds up twelve matrices', () => {
  const program = gradient(lstm as unknown as AnyCell, 5, 3); // whatever its names are
  const loops = program.equations.filter(isLoop);
  expect(loops).toHaveLength(3);
  expect(loops.at(-1)?.params.carry).toBe(14);
  expect(stacks(loops[1])).toBe(12);
});
