import { readFileSync } from 'node:fs';
import { add, gather, matmul, mul, sum, transpose, valueAndGrad } from '@throughline/autograd';
import type { Cell, ParamSpecs, StateSpec, Taps } from '@throughline/rnn';
import { stacked } from '@throughline/rnn/sequences';
import { type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import {
  fromKeras,
  fromPytorch,
  type KerasOptions,
  type PytorchOptions,
  type Recurrent,
  readSafetensors,
  type StateDict,
} from '../index.ts';

interface Numbers {
  readonly shape: readonly number[];
  readonly dtype?: 'int32' | 'float64';
  readonly data: readonly number[];
}
interface Case {
  readonly name: string;
  readonly loss: number;
  readonly xs: Numbers;
  readonly outputs: Numbers;
  readonly cotangent: Numbers;
  readonly gradients: Readonly<Record<string, Numbers>>;
}
const file = (name: string): Uint8Array => readFileSync(new URL(`../goldens/${name}`, import.meta.url));
const casesOf = (name: string): readonly Case[] => JSON.parse(new TextDecoder().decode(file(`${name}.json`))).cases;
const read = ({ data, shape, dtype = 'float64' }: Numbers): Tensor => tensor([...data], { shape, dtype });

/** Runs whatever was read: embedding, layers in one direction or both, linear layer; xs and result [T, B, …]. */
function run({ cell, dims, layers, bidirectional, stack, embedding, linear }: Recurrent, xs: Tensor): Tensor {
  const x = embedding === null ? xs : gather(embedding.W, xs);
  const whole = stacked(cell as unknown as Cell<ParamSpecs, StateSpec, Taps>, dims, {
    layers: layers.length,
    bidirectional,
  }); // names forgotten
  const { out } = whole.apply(stack as Parameters<typeof whole.apply>[0], x); // of as many layers
  return linear === null ? out : add(matmul(out, linear.W), linear.b);
}

function expectClose(actual: Tensor, expected: Tensor, what: string): void {
  expect(actual.shape, what).toEqual(expected.shape);
  const [a, b] = [actual.toTypedArray(), expected.toTypedArray()];
  a.forEach((value, i) => {
    const target = b[i] as number;
    if (!(Math.abs(value - target) <= 1e-10 * (1 + Math.abs(target))))
      throw new Error(`${what}[${i}]: ${value} against ${target}`);
  });
}

/** Outputs, and the gradient of ⟨outputs, cotangent⟩ in every array of the file, through the conversion. */
function check(
  from: (tensors: StateDict) => Recurrent,
  tensors: StateDict,
  one: Case,
  layout: (x: Tensor) => Tensor,
): void {
  expectClose(layout(run(from(tensors), layout(read(one.xs)))), read(one.outputs), 'outputs');
  const loss = (at: StateDict): Tensor => sum(mul(layout(run(from(at), layout(read(one.xs)))), read(one.cotangent)));
  const { value, grad } = valueAndGrad(loss)(tensors);
  expectClose(value, tensor(one.loss), 'loss');
  expect(Object.keys(grad).sort()).toEqual(Object.keys(one.gradients).sort());
  for (const [name, expected] of Object.entries(one.gradients)) expectClose(grad[name] as Tensor, read(expected), name);
}

const batchFirst = (x: Tensor): Tensor => transpose(x, [1, 0, ...x.shape.slice(2).map((_, i) => i + 2)]);

describe.each(casesOf('pytorch').map((one) => [one.name, one] as const))('PyTorch: %s', (name, one) => {
  const { tensors } = readSafetensors(file(`pytorch-${name}.safetensors`));
  const options: PytorchOptions = name === 'rnn-relu' ? { nonlinearity: 'relu' } : {};
  test('loads, runs and differentiates to PyTorch’s numbers', () =>
    check(
      (at) => fromPytorch(at, options),
      tensors,
      one,
      (x) => x,
    ));
  test('so it does with two biases kept', () =>
    check(
      (at) => fromPytorch(at, { ...options, biases: 2 }),
      tensors,
      one,
      (x) => x,
    ));
  test('control: with two gates in each other’s place it does not', () => {
    const swapped = Object.fromEntries(
      Object.entries(tensors).map(([key, x]) => [key, /weight_ih/.test(key) ? swapFirst(x) : x]),
    );
    expect(() =>
      check(
        (at) => fromPytorch(at, options),
        swapped,
        one,
        (x) => x,
      ),
    ).toThrow(/outputs\[\d+\]/);
  });
});

/** The first two rows in each other's place. */
function swapFirst(x: Tensor): Tensor {
  const rows = x.toArray() as number[][];
  return tensor([rows[1], rows[0], ...rows.slice(2)] as number[][]);
}

describe.each(casesOf('keras').map((one) => [one.name, one] as const))('Keras: %s', (name, one) => {
  const { tensors } = readSafetensors(file(`keras-${name}.safetensors`));
  const options: KerasOptions =
    name === 'simple-rnn-relu' ? { activation: 'relu' } : name === 'gru-without-bias' ? { resetAfter: true } : {};
  test('loads, runs and differentiates to Keras’s numbers', () =>
    check((at) => fromKeras(at, options), tensors, one, batchFirst));
  test('so it does with two biases kept', () =>
    check((at) => fromKeras(at, { ...options, biases: 2 }), tensors, one, batchFirst));
});
