import { add, concat, slice, transpose } from '@throughline/autograd';
import type { ParamTree } from '@throughline/rnn';
import { Tensor, zeros } from '@throughline/tensor';
import type { Block, CellTable, Dialect } from './dialect.ts';

/** A gate's parameters. */
interface Gate {
  readonly W: Tensor;
  readonly U: Tensor;
  readonly b: Tensor;
  readonly b2?: Tensor;
}

/** How one layer's biases become ours: `kept` names the gates that have two. */
export interface Biases {
  readonly kept: readonly string[];
}

/** A layer's stacked arrays as parameters by gate. Made of ops, so a gradient goes through it. */
export function paramsOf(block: Block, { stacked }: Dialect, { gates }: CellTable, { kept }: Biases): ParamTree {
  const G = gates.length;
  const axis = stacked === 'rows' ? 0 : 1;
  const H = (block.input.shape[axis] as number) / G; // checked: two axes, a multiple of G
  const part = (stack: Tensor, g: number): Tensor => {
    const [rows, columns] = stack.shape as [number, number]; // checked
    return stacked === 'rows'
      ? transpose(slice(stack, [g * H, 0], [(g + 1) * H, columns]))
      : slice(stack, [0, g * H], [rows, (g + 1) * H]);
  };
  const bias = (stack: Tensor | null, g: number): Tensor =>
    stack === null ? zeros([H], block.recurrent.dtype) : slice(stack, [g * H], [(g + 1) * H]);
  const projection = block.projection === null ? {} : { R: transpose(block.projection) };
  const byGate = Object.fromEntries(
    gates.map((gate, g): [string, ParamTree] => {
      const weights = { W: part(block.input, g), U: part(block.recurrent, g) };
      if (kept.includes(gate)) return [gate, { ...weights, b: bias(block.bias, g), b2: bias(block.bias2, g) }];
      const b = block.bias2 === null ? bias(block.bias, g) : add(bias(block.bias, g), bias(block.bias2, g));
      return [gate, { ...weights, b }];
    }),
  );
  return { ...byGate, ...projection };
}

/** A layer's stacked arrays, all of them there. */
interface WholeBlock extends Block {
  readonly bias: Tensor;
  readonly bias2: Tensor;
}

/** Parameters by gate as a layer's stacked arrays. A gate with one bias has 0 for its second. */
export function blockOf(params: ParamTree, { stacked }: Dialect, { gates }: CellTable): WholeBlock {
  const own = gates.map((gate) => params[gate] as unknown as Gate); // checked by the cell
  const stack = (part: (gate: Gate) => Tensor): Tensor =>
    stacked === 'rows'
      ? concat(
          own.map((gate) => transpose(part(gate))),
          0,
        )
      : concat(own.map(part), 1);
  const { R } = params;
  return {
    projection: R instanceof Tensor ? transpose(R) : null,
    input: stack(({ W }) => W),
    recurrent: stack(({ U }) => U),
    bias: concat(
      own.map(({ b }) => b),
      0,
    ),
    bias2: concat(
      own.map(({ b, b2 }) => b2 ?? zeros(b.shape, b.dtype)),
      0,
    ),
  };
}
