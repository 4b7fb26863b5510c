import {
  cos,
  exp,
  expm1,
  log,
  log1p,
  type Operand,
  pow,
  sigmoid,
  sin,
  softplus,
  type Tensor,
  tanh,
  tensor,
  useCompiledKernels,
} from 'throughline';
import { type Benchmark, type Result, timed } from './benchmark.ts';
import { measure } from './measure.ts';

const SIZE = 100_000;

interface Function1 {
  readonly op: (x: Tensor) => Tensor;
  readonly math: (x: number) => number;
  /** Arguments are spread evenly over this. */
  readonly range: readonly [number, number];
}

const functions: Readonly<Record<string, Function1>> = {
  exp: { op: exp, math: Math.exp, range: [-20, 20] },
  expm1: { op: expm1, math: Math.expm1, range: [-2, 2] },
  log: { op: log, math: Math.log, range: [1e-6, 100] },
  log1p: { op: log1p, math: Math.log1p, range: [-0.9, 10] },
  tanh: { op: tanh, math: Math.tanh, range: [-4, 4] },
  sigmoid: { op: sigmoid, math: (x) => 1 / (1 + Math.exp(-x)), range: [-8, 8] },
  softplus: { op: softplus, math: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), range: [-8, 8] },
  sin: { op: sin, math: Math.sin, range: [-10, 10] },
  cos: { op: cos, math: Math.cos, range: [-10, 10] },
  'pow 2.5': { op: (x: Operand) => pow(x, 2.5), math: (x) => x ** 2.5, range: [1e-3, 10] },
};

/** What the same bits on every engine cost per element. */
export const elementary: Benchmark = {
  name: 'elementary',
  question: 'What does an elementary function cost per element, beside Math?',
  caveats: `${SIZE.toLocaleString('en')} float64 arguments spread over the range where nets use them, result array included on both sides. Math's bits differ between engines, ours do not. A lie for arguments that take rare paths (huge sines, subnormals).`,
  *run() {
    for (const [name, { op, math, range }] of Object.entries(functions)) {
      const [low, high] = range;
      const values = Float64Array.from({ length: SIZE }, (_, i) => low + ((i * 7919) % SIZE) * ((high - low) / SIZE));
      const x = tensor(values);
      const own = (who: string): Result => {
        const timing = measure(() => op(x), { seconds: 0.3 });
        return timed(name, who, 'ns/element', timing, 1e9 / SIZE);
      };
      yield own('throughline');
      const restore = useCompiledKernels();
      yield own('throughline, compiled kernels');
      restore();
      const loop = (): Float64Array => {
        const out = new Float64Array(SIZE);
        for (let i = 0; i < SIZE; i++) out[i] = math(values[i] as number); // i < SIZE
        return out;
      };
      yield timed(name, 'Math', 'ns/element', measure(loop, { seconds: 0.3 }), 1e9 / SIZE);
    }
  },
};
