import { add, at, concat, exp, grad, log, neg, scan, sigmoid, slice, split, sum, type Tensor, tanh } from 'throughline';
import { compile } from '../compiled.ts';
import { type Fields, InputError, matrixIn } from './inputs.ts';
import { type Module, timedOn } from './protocol.ts';

/** What is differentiated: main [2l, 4h], a row of weights and one of biases for each layer; extra [3, h]. */
export interface ChainParams {
  readonly main: Tensor;
  readonly extra: Tensor;
}

type Layer = { readonly h: Tensor; readonly c: Tensor };

/** One layer on one character: no matrix, every gate weighs its own unit. */
function layerStep(weight: Tensor, bias: Tensor, { h, c }: Layer, x: Tensor): Layer {
  const H = h.shape[0] ?? 0;
  const gates = concat([x, h, x, h]).mul(weight).add(bias);
  const [forget, input, output, change] = split(gates, [H, H, H, H]) as [Tensor, Tensor, Tensor, Tensor]; // four sizes
  const cNext = c.mul(sigmoid(forget)).add(sigmoid(input).mul(tanh(change)));
  return { h: sigmoid(output).mul(tanh(cNext)), c: cNext };
}

/** The mean loss of predicting each row of a sequence [n, h] from those before it; start [2l, h] has h and c of each layer. */
export function objective({ main, extra }: ChainParams, start: Tensor, sequence: Tensor): Tensor {
  const [n = 0, width = 0] = sequence.shape;
  const layers = (start.shape[0] ?? 0) / 2;
  const initial = Array.from({ length: layers }, (_, l) => ({ h: at(start, 2 * l), c: at(start, 2 * l + 1) }));
  const step = (states: readonly Layer[], x: Tensor) => {
    let signal = x.mul(at(extra, 0));
    const next = states.map((state, l) => {
      const after = layerStep(at(main, 2 * l), at(main, 2 * l + 1), state, signal);
      signal = after.h;
      return after;
    });
    return { carry: next, y: signal.mul(at(extra, 1)).add(at(extra, 2)) };
  };
  const inputs = slice(sequence, [0, 0], [n - 1, width]);
  const golds = slice(sequence, [1, 0], [n, width]);
  const predicted = scan(step, initial, inputs).ys;
  const normalizer = log(add(sum(exp(predicted), 1, { keepDims: true }), 2));
  return neg(sum(golds.mul(predicted.sub(normalizer)))).div((n - 1) * width);
}

const compiledObjective = compile(objective);
const compiledGradient = compile(grad(objective));

export interface ChainInput {
  readonly params: ChainParams;
  readonly start: Tensor;
  readonly sequence: Tensor;
}

/** The input that the protocol gives, as tensors. */
export function chainIn(input: Fields): ChainInput {
  const [main, extra] = [matrixIn(input, 'main_params'), matrixIn(input, 'extra_params')];
  const [start, sequence] = [matrixIn(input, 'state'), matrixIn(input, 'sequence')];
  const [n, h] = sequence.shape as [number, number]; // a matrix
  const rows = start.shape[0] as number; // a matrix
  if (n < 2) throw new InputError('sequence has 1 row; a prediction needs the one after it. Give at least 2.');
  if (rows % 2 !== 0) throw new InputError(`state has ${rows} rows; each layer has two, h and c.`);
  const expected: readonly [string, Tensor, readonly [number, number]][] = [
    ['state', start, [rows, h]],
    ['main_params', main, [rows, 4 * h]],
    ['extra_params', extra, [3, h]],
  ];
  for (const [name, matrix, shape] of expected) {
    if (matrix.shape.join() === shape.join()) continue;
    throw new InputError(`${name} is [${matrix.shape}]; with a state of ${rows} rows and ${h} bits it is [${shape}].`);
  }
  return { params: { main, extra }, start, sequence };
}

/** GradBench's `lstm`: a chain of diagonal LSTM layers over the bits of a text, in float64, and its gradient. */
export const lstm: Module = {
  objective: timedOn(
    chainIn,
    ({ params, start, sequence }) => compiledObjective(params, start, sequence),
    (loss) => loss.item(),
  ),
  jacobian: timedOn(
    chainIn,
    ({ params, start, sequence }) => compiledGradient(params, start, sequence),
    ({ main, extra }) => [...main.data, ...extra.data],
  ),
};
