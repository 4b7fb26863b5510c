import { readFileSync } from 'node:fs';
import { add, mul, sum, valueAndGrad } from '@throughline/autograd';
import { type Tensor, tensor } from '@throughline/tensor';
import { expect, test } from 'vitest';
import { type AnyCell, type ParamTree, unroll } from '../index.ts';
import { setValueAt } from '../state.ts';
import { distance } from '../testing/cell-laws/finding.ts';
import { layerNormLstm, peepholeLstm, projectedLstm, slstm } from './index.ts';

interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
type Arrays = Readonly<Record<string, Numbers>>;
interface Case {
  readonly cell: string;
  readonly parameters: Arrays;
  readonly xs: Numbers;
  readonly initial: Arrays;
  readonly outputs: Numbers;
  readonly final: Arrays;
  readonly cotangents: Arrays;
  readonly loss: number;
  readonly gradients: Arrays;
}
const { cases } = JSON.parse(readFileSync(new URL('../goldens/cell-variants.json', import.meta.url), 'utf8')) as {
  cases: Case[];
}; // scripts/goldens/README.md describes it
const cells: Readonly<Record<string, AnyCell>> = { layerNormLstm, peepholeLstm, projectedLstm, slstm };

const read = ({ data, shape }: Numbers): Tensor => tensor([...data], { shape });
/** `f.W` → { f: { W } }. */
function nested(arrays: Arrays): ParamTree {
  const tree: Record<string, unknown> = {};
  for (const [name, numbers] of Object.entries(arrays)) setValueAt(tree, name, read(numbers));
  return tree as ParamTree; // of tensors
}

test('four variants', () => expect(cases.map(({ cell }) => cell).sort()).toEqual(Object.keys(cells)));

test.each(cases.map((one) => [one.cell, one] as const))('%s: values and every gradient are PyTorch’s', (name, one) => {
  const cell = cells[name] as AnyCell;
  const at = { params: nested(one.parameters), xs: read(one.xs), initial: nested(one.initial) };
  const [cotangents, outputs] = [nested(one.cotangents), read(one.outputs)];
  const { out, last } = unroll(cell, at.params, at.xs, { from: at.initial });
  expect(distance({ out, last }, { out: outputs, last: nested(one.final) }).off).toBeLessThanOrEqual(1e-10);

  const loss = (point: typeof at): Tensor => {
    const run = unroll(cell, point.params, point.xs, { from: point.initial });
    return cell.stateNames.reduce(
      (total, state) => add(total, sum(mul(run.last[state] as Tensor, cotangents[state] as Tensor))), // states of no nesting
      sum(mul(run.out, cotangents.outputs as Tensor)),
    );
  };
  const { value, grad } = valueAndGrad(loss)(at);
  const pick = (names: readonly string[]): ParamTree =>
    nested(Object.fromEntries(names.map((key) => [key, one.gradients[key] as Numbers])));
  expect(distance(value, tensor(one.loss)).off).toBeLessThanOrEqual(1e-10);
  const expected = {
    params: pick(Object.keys(one.parameters)),
    xs: read(one.gradients.xs as Numbers),
    initial: pick(Object.keys(one.initial)),
  };
  expect(distance(grad, expected).off).toBeLessThanOrEqual(1e-10);
});

test('a gradient that is off by 1e-9 is seen', () => {
  const right = { params: { W: tensor([2, 3]) } };
  expect(distance({ params: { W: tensor([2, 3 + 4e-9]) } }, right).off).toBeGreaterThan(1e-10);
  expect(distance({ params: { V: tensor([2, 3]) } }, right).off).toBe(Number.POSITIVE_INFINITY);
});
