import { bind, definePrimitive, sigmoid, tanh } from '@throughline/autograd';
import { Concrete, type Tensor } from '@throughline/tensor';
import { affine } from '../../affine.ts';
import { defineCell } from '../../cell.ts';
import { gate } from '../../params.ts';

/** What a fuse does when it blows: one entry becomes `bad`, in the forward run or in the pullback. */
export interface Blow {
  readonly direction: 'forward' | 'backward';
  /** Modulo the size. */
  readonly entry: number;
  readonly bad: 'NaN' | 'Infinity';
}

type SparkParams = { readonly entry: number; readonly bad: string };
type FuseParams = { readonly blow: Blow | null };

function spoil(x: Concrete, { entry, bad }: SparkParams): Concrete {
  const storage = x.storage.slice();
  storage[entry % x.size] = Number(bad);
  return new Concrete(storage, x.dtype, x.shape);
}

/** Spoils one entry: what a bug in a kernel of one's own would do. */
const spark = definePrimitive<SparkParams, 1>({
  name: 'spark',
  semantics: { kind: 'host' },
  infer: ([x]) => [{ dtype: x.dtype, shape: x.shape }],
  eval: ([x], params) => [spoil(x, params)],
  pullbacks: [([ct]) => ct],
});

/** The identity, until it blows. */
const fuse = definePrimitive<FuseParams, 1>({
  name: 'fuse',
  semantics: { kind: 'host' },
  infer: ([x]) => [{ dtype: x.dtype, shape: x.shape }],
  eval: ([x], { blow }) => [blow?.direction === 'forward' ? spoil(x, blow) : x],
  pullbacks: [([ct], { params: { blow } }) => (ct && blow?.direction === 'backward' ? bind(spark, [ct], blow)[0] : ct)],
});

/** The places at which a fused LSTM can blow; the first four are gates. */
export const points = ['f', 'i', 'o', 'g', 'keep', 'write', 'c', 'out'] as const;
export type Point = (typeof points)[number];

/** An LSTM written out with a fuse behind every op, one of which blows at one step. Make a new one for each run. */
export function fusedLstm(point: Point, step: number, blow: Blow) {
  let t = 0;
  const through = (here: Point, value: Tensor): Tensor => {
    const params = { blow: here === point && t === step ? blow : null };
    return bind(fuse, [value], params)[0]; // ← fuse
  };
  return defineCell({
    name: 'fused',
    params: { f: gate(), i: gate(), o: gate(), g: gate() },
    state: ['h', 'c'],
    step(p, { h, c }, x) {
      t++;
      const f = sigmoid(through('f', affine(p.f, x, h)));
      const i = sigmoid(through('i', affine(p.i, x, h)));
      const o = sigmoid(through('o', affine(p.o, x, h)));
      const g = tanh(through('g', affine(p.g, x, h)));
      const cNext = through('c', through('keep', f.mul(c)).add(through('write', i.mul(g))));
      const hNext = through('out', o.mul(tanh(cNext)));
      return { state: { h: hNext, c: cNext }, out: hNext };
    },
  });
}
