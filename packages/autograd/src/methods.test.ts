import { Concrete, type Tensor, Tensor as TensorClass, tensor } from '@throughline/tensor';
import { describe, expect, it } from 'vitest';
import * as autograd from './index.ts';

const members = ['rank', 'size', 'item', 'toArray', 'toTypedArray', 'data', 'toString', 'concrete', 'constructor'];
/** Members of Tensor.prototype that are not its own readers: what methods.ts installed. */
const installed = Object.getOwnPropertyNames(TensorClass.prototype).filter((name) => !members.includes(name));

describe('fluent methods', () => {
  it('are there for binary ops, reductions and views', () => {
    const wanted = [
      'add',
      'sub',
      'mul',
      'div',
      'neg',
      'pow',
      'maximum',
      'minimum',
      'matmul',
      'sum',
      'mean',
      'max',
      'min',
    ];
    const more = ['reshape', 'transpose', 'slice', 'at', 'equal', 'less', 'greater', 'cast', 'gather', 'clip', 'flip'];
    expect(installed).toEqual(expect.arrayContaining([...wanted, ...more]));
  });

  it('have the names of functions that are exported, each of which takes the tensor first', () => {
    for (const name of installed) expect(autograd, name).toHaveProperty(name);
  });

  it('leave the readers of Tensor alone', () => {
    const x = tensor([[1, 2, 3]]);
    expect([x.rank, x.size, x.toArray(), [...x.data], String(tensor(7).item())]).toEqual([
      2,
      3,
      [[1, 2, 3]],
      [1, 2, 3],
      '7',
    ]);
    for (const name of installed) expect(Object.hasOwn(Concrete.prototype, name), name).toBe(false);
    expect(Object.keys(TensorClass.prototype)).toEqual([]);
  });

  it('give what the functions give, with their argument order', () => {
    const x: Tensor = tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(x.sub(1).toArray()).toEqual(autograd.sub(x, 1).toArray());
    expect(
      x
        .matmul(
          tensor([
            [0, 1],
            [1, 0],
          ]),
        )
        .toArray(),
    ).toEqual([
      [2, 1],
      [4, 3],
    ]);
    expect(x.sum([0], { keepDims: true }).toArray()).toEqual([[4, 6]]);
    expect(x.at(-1).toArray()).toEqual([3, 4]);
    expect(x.at(0, 1).toArray()).toEqual([1, 3]);
    expect(x.transpose().toArray()).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect(x.slice([1], [2]).toArray()).toEqual([[3, 4]]);
    expect(x.greater(2).logicalNot().any().item()).toBe(1);
    expect(x.unstack()[1]?.toArray()).toEqual([3, 4]);
  });

  it('are differentiated, recorded and traced like the functions', () => {
    const f = (x: Tensor): Tensor => x.mul(x).sum().div(2);
    expect(
      autograd
        .grad(f)(tensor([3, 4]))
        .toArray(),
    ).toEqual([3, 4]);
    expect(autograd.trace(f, tensor([3, 4])).equations.map(({ primitive }) => primitive.name)).toEqual([
      'mul',
      'sum',
      'div',
    ]);
  });

  it('name the op in errors', () => {
    expect(() => tensor([1, 2]).at(2)).toThrow('at: index 2 is out of range for axis 0 of f64[2]. Use -2 to 1.');
    expect(() => tensor([1, 2]).add('1' as never)).toThrow(
      'add: operand 1 is a string, not a tensor or number. Use tensor(…).',
    );
  });
});
