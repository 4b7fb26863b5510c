import { type Result, rate, timed } from '../benchmark.ts';
import { measure } from '../measure.ts';

interface Handle {
  dataSync(): ArrayLike<number>;
  add(other: Handle): Handle;
  sum(): Handle;
  dispose(): void;
}
/** What is used of TensorFlow.js, which is not a dependency. */
interface TensorFlow {
  readonly version_core: string;
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  tensor1d(values: number[]): Handle;
  randomNormal(shape: number[]): Handle;
  matMul(a: Handle, b: Handle): Handle;
  valueAndGrad(f: (x: Handle) => Handle): (x: Handle) => { value: Handle; grad: Handle };
  tidy<R>(f: () => R): R;
}

/** The same work in TensorFlow.js on its own CPU backend, in float32 (it has no float64), when it is installed. */
export async function* tensorflow(name: string): AsyncGenerator<Result> {
  const tf = await load();
  if (tf === null) return;
  const who = `TensorFlow.js ${tf.version_core} (float32)`;
  if (name === 'small-ops') {
    const constant = tf.tensor1d([1, 2, 3, 4, 5, 6, 7, 8]);
    const both = tf.valueAndGrad((x) => {
      let y = x;
      for (let i = 0; i < 1000; i++) y = y.add(constant);
      return y.sum();
    });
    const x = tf.tensor1d([1, 2, 3, 4, 5, 6, 7, 8]);
    const work = (): number | undefined => tf.tidy(() => both(x).grad.dataSync()[0]);
    yield timed('add a constant', who, 'µs/op', measure(work, { seconds: 1 }), 1e3);
  }
  if (name === 'matmul') {
    for (const n of [64, 256, 512]) {
      const [a, b] = [tf.randomNormal([n, n]), tf.randomNormal([n, n])];
      const work = (): number | undefined => tf.tidy(() => tf.matMul(a, b).dataSync()[0]);
      yield rate(`${n}×${n} · ${n}×${n}`, who, 'GFLOP/s', measure(work), 2e-9 * n * n * n);
    }
  }
}

/** Null when it is not installed. The names are variables, so that no bundler or checker looks for the packages. */
async function load(): Promise<TensorFlow | null> {
  for (const name of ['@tensorflow/tfjs', '@tensorflow/tfjs-core']) {
    try {
      const tf = (await import(name)) as TensorFlow; // of what is used
      await tf.setBackend('cpu');
      await tf.ready();
      return tf;
    } catch {
      // not installed
    }
  }
  return null;
}
