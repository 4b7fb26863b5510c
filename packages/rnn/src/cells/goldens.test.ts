import { readFileSync } from 'node:fs';
import { add, mul, sum, valueAndGrad } from '@throughline/autograd';
import { type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { partial, total } from '../analysis/index.ts';
import { type AnyCell, gru, gruResetBefore, lstm, type ParamTree, rnn, rnnRelu, unroll } from '../index.ts';

interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
interface Setting {
  readonly cell: string;
  readonly sizes: { readonly T: number; readonly B: number; readonly I: number; readonly H: number };
  readonly parameters: Readonly<Record<string, Numbers>>;
  readonly xs: Numbers;
  readonly initial: Readonly<Record<string, Numbers>>;
}
interface Case extends Setting {
  readonly outputs: Numbers;
  readonly final: Readonly<Record<string, Numbers>>;
  readonly cotangents: Readonly<Record<string, Numbers>>;
  readonly loss: number;
  readonly gradients: Readonly<Record<string, Numbers>>;
}
interface Jacobians extends Setting {
  readonly row: number;
  readonly total: Readonly<Record<string, Numbers>>;
  readonly taps: Readonly<Record<string, Numbers>>;
  readonly states: Readonly<Record<string, Numbers>>;
}
interface SecondOrder extends Setting {
  readonly cotangents: Readonly<Record<string, Numbers>>;
  readonly squares: number;
  readonly gradients: Readonly<Record<string, Numbers>>;
}
const goldens = JSON.parse(readFileSync(new URL('../goldens/cells.json', import.meta.url), 'utf8')) as {
  cases: Case[];
  jacobians: Jacobians[];
  secondOrder: SecondOrder[];
}; // scripts/goldens/README.md describes it

/** Our cell for each of PyTorch's, and the order in which PyTorch stacks the gates. */
const cells: Record<string, { cell: AnyCell; gates: readonly string[] }> = {
  'rnn-tanh': { cell: rnn, gates: ['h'] },
  'rnn-relu': { cell: rnnRelu, gates: ['h'] },
  lstm: { cell: lstm, gates: ['i', 'f', 'g', 'o'] },
  'gru-reset-after': { cell: gru, gates: ['r', 'z', 'n'] },
  'gru-reset-before': { cell: gruResetBefore, gates: ['r', 'z', 'n'] },
};

const read = ({ data, shape }: Numbers): Tensor => tensor([...data], { shape });
const readAll = (all: Readonly<Record<string, Numbers>>): { [name: string]: Tensor } =>
  Object.fromEntries(Object.entries(all).map(([name, numbers]) => [name, read(numbers)]));

/** Rows of gate `g` of a stacked array, transposed when it is a matrix: [rows of the gate, n] → [n, H]. */
function block({ data, shape }: Numbers, g: number, H: number): number[] {
  const n = shape[1];
  if (n === undefined) return data.slice(g * H, (g + 1) * H);
  return Array.from({ length: n * H }, (_, at) => data[(g * H + (at % H)) * n + Math.floor(at / H)] as number);
}

/** PyTorch's arrays as ours: W and U transposed by gate; the two biases added up, except for the GRU's candidate. */
function convert(
  kind: string,
  arrays: Readonly<Record<string, Numbers>>,
  { I, H }: Setting['sizes'],
  join: 'add' | 'same',
): ParamTree {
  const { gates } = cells[kind] as { gates: readonly string[] };
  const { weight_ih, weight_hh, bias_ih, bias_hh, bias } = arrays as Record<string, Numbers>;
  return Object.fromEntries(
    gates.map((gate, g) => {
      const b = block((bias ?? bias_ih) as Numbers, g, H);
      const b2 = bias_hh ? block(bias_hh, g, H) : undefined;
      const separate = kind === 'gru-reset-after' && gate === 'n';
      // A sum of two biases: its value adds up, its gradient is that of either.
      const joined =
        b2 === undefined || separate || join === 'same' ? b : b.map((value, k) => value + (b2[k] as number));
      return [
        gate,
        {
          W: tensor(block(weight_ih as Numbers, g, H), { shape: [I, H] }),
          U: tensor(block(weight_hh as Numbers, g, H), { shape: [H, H] }),
          b: tensor(joined),
          ...(separate && b2 ? { b2: tensor(b2) } : {}),
        },
      ];
    }),
  );
}

function expectClose(actual: Tensor, expected: Tensor, what: string): void {
  expect(actual.shape, what).toEqual(expected.shape);
  const [a, b] = [actual.toTypedArray(), expected.toTypedArray()];
  a.forEach((value, i) => {
    const target = b[i] as number;
    if (!(Math.abs(value - target) <= 1e-10 * (1 + Math.abs(target)))) {
      throw new Error(`${what}[${i}]: ${value} against ${target}`);
    }
  });
}

function expectTreeClose(actual: ParamTree | Tensor, expected: ParamTree | Tensor, what: string): void {
  if ('dtype' in expected) {
    expectClose(actual as Tensor, expected as Tensor, what);
    return;
  }
  for (const [name, child] of Object.entries(expected)) {
    expectTreeClose((actual as ParamTree)[name] as ParamTree, child as ParamTree, `${what}.${name}`);
  }
}

interface Point {
  readonly params: ParamTree;
  readonly xs: Tensor;
  readonly initial: { readonly [name: string]: Tensor };
}

const lossOf =
  (cell: AnyCell, cotangents: { readonly [name: string]: Tensor }) =>
  (at: Point): Tensor => {
    const run = unroll(cell, at.params, at.xs, { from: at.initial });
    let loss = sum(mul(run.out, cotangents.outputs as Tensor));
    for (const name of cell.stateNames)
      loss = add(loss, sum(mul((run.last as ParamTree)[name] as Tensor, cotangents[name] as Tensor)));
    return loss;
  };

describe.each(goldens.cases.map((one) => [`${one.cell} ${JSON.stringify(one.sizes)}`, one] as const))(
  '%s',
  (_, one) => {
    const { cell } = cells[one.cell] as { cell: AnyCell };
    const point: Point = {
      params: convert(one.cell, one.parameters, one.sizes, 'add'),
      xs: read(one.xs),
      initial: readAll(one.initial),
    };

    test('outputs and final states are PyTorch’s', () => {
      const run = unroll(cell, point.params, point.xs, { from: point.initial });
      expectClose(run.out, read(one.outputs), 'out');
      for (const [name, value] of Object.entries(one.final))
        expectClose((run.last as ParamTree)[name] as Tensor, read(value), name);
    });

    test('every gradient is PyTorch’s', () => {
      const { value, grad } = valueAndGrad(lossOf(cell, readAll(one.cotangents)))(point);
      expectClose(value, tensor(one.loss), 'loss');
      expectTreeClose(grad.params as ParamTree, convert(one.cell, one.gradients, one.sizes, 'same'), 'params');
      expectClose(grad.xs, read(one.gradients.xs as Numbers), 'xs');
      for (const name of cell.stateNames) {
        expectClose(grad.initial[name] as Tensor, read(one.gradients[name] as Numbers), name);
      }
    });
  },
);

describe.each(goldens.jacobians.map((one) => [one.cell, one] as const))('Jacobians of %s', (_, one) => {
  const { cell } = cells[one.cell] as { cell: AnyCell };
  const params = convert(one.cell, one.parameters, one.sizes, 'add');
  const run = unroll(cell, params, read(one.xs), { from: readAll(one.initial) });
  const line = (name: string) =>
    (run.lines as unknown as Record<string, typeof run.lines.x>)[name] as typeof run.lines.x;
  const node = (text: string): Tensor => {
    const [, name, t] = /^(\w+)\[(\d+)\]$/.exec(text) as unknown as [string, string, string];
    return line(name).at(Number(t));
  };

  test.each(Object.keys(one.total))('total ∂%s', (path) => {
    const [y, x] = path.split('/') as [string, string];
    expectClose(total(node(y), node(x)).matrix(one.row), read(one.total[path] as Numbers), path);
  });

  test('states and taps', () => {
    for (const [name, series] of Object.entries({ ...one.taps, ...one.states })) {
      const [T, B, H] = series.shape as [number, number, number];
      for (let t = 1; t <= T; t++) {
        const expected = tensor(series.data.slice((t - 1) * B * H, t * B * H), { shape: [B, H] });
        expectClose(line(name).at(t), expected, `${name}[${t}]`);
      }
    }
  });

  test.runIf(cell.belt !== undefined)('the held path is exactly the belt', () => {
    const belt = cell.belt as NonNullable<typeof cell.belt>;
    for (let t = 1; t <= one.sizes.T; t++) {
      const held = partial(line(belt.state).at(t), line(belt.state).at(t - 1), { holding: belt.holding.map(line) });
      expect(held.versus(line(belt.keep).at(t)).max).toBeLessThanOrEqual(1e-14);
    }
  });
});

test.each(goldens.secondOrder.map((one) => [JSON.stringify(one.sizes), one] as const))(
  'grad of grad through an LSTM %s',
  (_, one) => {
    const point: Point = {
      params: convert('lstm', one.parameters, one.sizes, 'add'),
      xs: read(one.xs),
      initial: readAll(one.initial),
    };
    const loss = lossOf(lstm, readAll(one.cotangents));
    const squares = (at: Point): Tensor => {
      const { grad } = valueAndGrad(loss)(at);
      const gates = Object.values(grad.params) as unknown as { U: Tensor }[];
      return gates.map(({ U }) => sum(mul(U, U))).reduce((a, b) => add(a, b));
    };
    const { value, grad } = valueAndGrad(squares)(point);
    expectClose(value, tensor(one.squares), 'squares');
    expectTreeClose(grad.params as ParamTree, convert('lstm', one.gradients, one.sizes, 'same'), 'params');
    expectClose(grad.xs, read(one.gradients.xs as Numbers), 'xs');
    for (const name of ['h', 'c'])
      expectClose(grad.initial[name] as Tensor, read(one.gradients[name] as Numbers), name);
  },
);
