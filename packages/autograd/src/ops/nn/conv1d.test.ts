import { type Tensor, tensor, zeros } from '@throughline/tensor';
import { describe, expect, it, test } from 'vitest';
import { evaluate, grad, key, mean, normal, sum, trace, transpose, vjp } from '../../index.ts';
import { avgPool1d, type Conv1dOptions, conv1d, maxPool1d, windows } from '../../nn/index.ts';

/** y[t, o] of x [T, C] and w [K, C / groups, O], in plain loops, with zeros where x ends. */
function byHand(x: Tensor, w: Tensor, low: number, steps: number, options: Conv1dOptions): number[][] {
  const { stride = 1, dilation = 1, groups = 1 } = options;
  const [[extent = 0, channels = 0], [taps = 0, each = 0, results = 0]] = [x.shape, w.shape];
  const y = (t: number, o: number): number => {
    let total = 0;
    for (let k = 0; k < taps; k++) {
      const from = t * stride + k * dilation - low;
      if (from < 0 || from >= extent) continue;
      const group = Math.floor((o * groups) / results);
      for (let c = 0; c < each; c++) {
        total += (x.data[from * channels + group * each + c] ?? 0) * (w.data[(k * each + c) * results + o] ?? 0);
      }
    }
    return total;
  };
  return Array.from({ length: steps }, (_, t) => Array.from({ length: results }, (_, o) => y(t, o)));
}

describe('conv1d', () => {
  test.each<[T: number, C: number, K: number, O: number, low: number, steps: number, options: Conv1dOptions]>([
    [5, 3, 2, 4, 0, 4, {}],
    [5, 3, 2, 4, 0, 2, { stride: 2 }],
    [7, 2, 3, 1, 0, 3, { dilation: 2 }],
    [7, 4, 3, 6, 1, 7, { groups: 2, padding: 'same' }],
    [6, 1, 4, 1, 1, 6, { padding: 'same' }], // the odd zero is behind
    [6, 1, 3, 1, 0, 3, { padding: 'same', stride: 2 }],
    [6, 2, 3, 2, 4, 6, { padding: 'causal', dilation: 2, groups: 2 }],
    [6, 2, 3, 2, 2, 2, { padding: 'causal', stride: 3 }],
    [2, 1, 4, 1, 1, 3, { padding: [1, 3] }],
  ])('T %i, C %i, K %i, O %i, %i zeros in front', (T, C, K, O, low, steps, options) => {
    const x = normal(key(1), [T, C]);
    const w = normal(key(2), [K, C / (options.groups ?? 1), O]);
    const y = conv1d(x, w, options);
    const expected = byHand(x, w, low, steps, options);
    expect(y.shape).toEqual([steps, O]);
    expected.flat().forEach((value, i) => {
      expect(y.data[i]).toBeCloseTo(value, 14);
    });
  });

  it('is the same in every layout', () => {
    const x = normal(key(1), [6, 2, 3]); // [T, B, C]
    const w = normal(key(2), [3, 3, 2]);
    const y = conv1d(x, w, { padding: 'same' });
    const front = (z: Tensor): Tensor => transpose(z, [1, 0, 2]);
    expect(front(conv1d(front(x), w, { padding: 'same', batchFirst: true })).toArray()).toEqual(y.toArray());
    expect(conv1d(x.at(1, 1), w, { padding: 'same' }).toArray()).toEqual(y.at(1, 1).toArray());
    expect(conv1d(zeros([6, 2, 5, 3]), w).shape).toEqual([4, 2, 5, 2]);
    expect(conv1d(zeros([6, 0, 3]), w).shape).toEqual([4, 0, 2]);
  });

  it('does not look ahead when causal, and does when not', () => {
    const w = normal(key(2), [3, 1, 1]);
    const reads = (padding: 'causal' | 'same'): boolean[] => {
      const gradient = grad((x: Tensor) => sum(conv1d(x, w, { padding }).at(2)))(normal(key(1), [5, 1]));
      return Array.from(gradient.data, (g) => g !== 0);
    };
    expect(reads('causal')).toEqual([true, true, true, false, false]);
    expect(reads('same')).toEqual([false, true, true, true, false]);
  });

  it('is a Program that runs with other numbers', () => {
    const w = normal(key(2), [2, 2, 3]);
    const program = trace((x: Tensor) => conv1d(x, w, { padding: 'causal' }), zeros([4, 2]));
    const x = normal(key(3), [4, 2]).concrete('test');
    expect(evaluate(program, [x])[0]?.toArray()).toEqual(conv1d(x, w, { padding: 'causal' }).toArray());
  });

  it('refuses what does not fit', () => {
    const x = zeros([4, 3]);
    expect(() => conv1d(x, zeros([2, 2, 3]))).toThrow(
      'conv1d: 3 channels of f64[4,3] in 1 group(s) do not fit w, f64[2,2,3]: it must be [K, C / groups, O], O a multiple of groups.',
    );
    expect(() => conv1d(x, zeros([2, 1, 4]), { groups: 3 })).toThrow('in 3 group(s) do not fit w');
    expect(() => conv1d(x, zeros([2, 3]))).toThrow('conv1d: w is f64[2,3], not [K, C / groups, O].');
    expect(() => conv1d(x, zeros([0, 3, 2]))).toThrow('conv1d: w is f64[0,3,2]: a kernel has at least one tap.');
    expect(() => conv1d(zeros([4]), zeros([2, 1, 1]))).toThrow('conv1d: x is f64[4], not [T, …, C].');
    expect(() => conv1d(x, zeros([2, 3, 1]), { batchFirst: true })).toThrow('conv1d: x is f64[4,3], not [B, T, …, C].');
    expect(() => conv1d(x, zeros([3, 3, 1]), { dilation: 2 })).toThrow(
      "conv1d: a window of 5 does not fit into axis 0 of f64[4,3], padded by 0 and 0. Use padding: 'causal', or a shorter window.",
    );
    expect(() => conv1d(x, zeros([2, 3, 1]), { stride: 0 })).toThrow('conv1d: stride is 0, not an integer ≥ 1.');
    expect(() => conv1d(x, zeros([2, 3, 1]), { padding: [-1, 0] })).toThrow(
      'conv1d: padding[0] is -1, not an integer ≥ 0.',
    );
    expect(() => conv1d(x, zeros([2, 3, 1]), { padding: 'full' as 'same' })).toThrow(
      "conv1d: padding is full. Use 'valid', 'same', 'causal' or [low, high].",
    ); // a caller without types
    expect(() => conv1d(tensor([[1]], { dtype: 'int32' }), zeros([1, 1, 1]))).toThrow(
      "conv1d: takes float64 or float32, got i32[1,1]. Convert with cast(x, 'float64').",
    );
  });
});

describe('pooling', () => {
  const x = tensor([[1], [5], [2], [2], [9]]);

  it('takes windows side by side unless told, and drops what is left', () => {
    expect(avgPool1d(x, 2).toArray()).toEqual([[3], [2]]);
    expect(maxPool1d(x, 2).toArray()).toEqual([[5], [2]]);
    expect(maxPool1d(x, 2, { stride: 1 }).toArray()).toEqual([[5], [5], [2], [9]]);
    expect(avgPool1d(x, 5).toArray()).toEqual(mean(x, [0], { keepDims: true }).toArray());
    expect(maxPool1d(tensor([[[1], [5], [2]]]), 3, { batchFirst: true }).toArray()).toEqual([[[5]]]);
  });

  it('counts zeros of the padding, or not; a maximum never is one of them', () => {
    expect(avgPool1d(x, 2, { padding: [1, 0] }).toArray()).toEqual([[0.5], [3.5], [5.5]]);
    expect(avgPool1d(x, 2, { padding: [1, 0], countIncludePad: false }).toArray()).toEqual([[1], [3.5], [5.5]]);
    expect(maxPool1d(tensor([-3, -5]), 2, { padding: [1, 1] }).toArray()).toEqual([-3, -5]);
  });

  it('shares the gradient of a tie', () => {
    const gradient = grad((z: Tensor) => sum(maxPool1d(z, 2, { stride: 1 })))(x);
    expect(gradient.toArray()).toEqual([[0], [2], [0.5], [0.5], [1]]);
  });

  it('refuses what does not fit', () => {
    expect(() => avgPool1d(x, 6)).toThrow(
      "avgPool1d: a window of 6 does not fit into axis 0 of f64[5,1], padded by 0 and 0. Use padding: 'causal', or a shorter window.",
    );
    expect(() => maxPool1d(x, 0)).toThrow('maxPool1d: size is 0, not an integer ≥ 1.');
    expect(() => maxPool1d(tensor(1), 1)).toThrow(
      'maxPool1d: time is axis 0, which f64[] does not have. Use expandDims.',
    );
  });
});

describe('windows', () => {
  it('counts an element once for each window that it is in', () => {
    const pullback = vjp((x: Tensor) => windows(x, 3), zeros([5])).pullback;
    expect(pullback(zeros([3, 3]).add(1)).toArray()).toEqual([1, 2, 3, 2, 1]);
  });

  it('refuses what does not fit', () => {
    expect(() => windows(zeros([2, 3]), 4, { axis: -1 })).toThrow(
      'windows: no window of 4 fits into axis 1 of f64[2,3]. Pad it first.',
    );
    expect(() => windows(zeros([3]), 1.5)).toThrow('windows: size is 1.5, not an integer ≥ 1.');
  });
});
