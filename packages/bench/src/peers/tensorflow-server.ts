// TensorFlow.js on its WebAssembly backend, told over a pipe what to run: the protocol of torch_server.py.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { seconds } from '../clock.ts';
import { spread } from '../workloads/hash.ts';
import type { PeerSetup } from './line-server.ts';

interface Handle {
  dataSync(): ArrayLike<number>;
}
/** What is used of TensorFlow.js, which is not a dependency. */
interface TensorFlow {
  readonly version_core: string;
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  tensor(values: Float32Array, shape: readonly number[]): Handle;
  zeros(shape: readonly number[]): Handle;
  matMul(a: Handle, b: Handle): Handle;
  add(a: Handle, b: Handle): Handle;
  sub(a: Handle, b: Handle): Handle;
  mul(a: Handle, b: Handle): Handle;
  sigmoid(x: Handle): Handle;
  tanh(x: Handle): Handle;
  square(x: Handle): Handle;
  mean(x: Handle): Handle;
  reshape(x: Handle, shape: readonly number[]): Handle;
  split(x: Handle, parts: number, axis: number): Handle[];
  unstack(x: Handle): Handle[];
  valueAndGrads(f: (...x: Handle[]) => Handle): (x: readonly Handle[]) => { value: Handle; grads: Handle[] };
  tidy<R>(f: () => R): R;
  dispose(tensors: unknown): void;
}

const tensorOf = (tf: TensorFlow, seed: number, shape: readonly number[], scale: number): Handle =>
  tf.tensor(
    Float32Array.from(
      spread(
        seed,
        shape.reduce((a, b) => a * b, 1),
        scale,
      ),
    ),
    shape,
  );

/** W, U, b with the four gates beside each other, laid out gate by gate as the other side makes them. */
function packedGates(tf: TensorFlow, { I, H }: PeerSetup): [Handle, Handle, Handle] {
  const pack = (which: number, rows: number): Handle => {
    const all = new Float32Array(rows * 4 * H);
    for (let gate = 0; gate < 4; gate++) {
      const part = spread(10 * gate + which, rows * H, H ** -0.5);
      for (let row = 0; row < rows; row++) all.set(part.subarray(row * H, (row + 1) * H), (row * 4 + gate) * H);
    }
    return tf.tensor(all, which === 3 ? [4 * H] : [rows, 4 * H]);
  };
  return [pack(1, I), pack(2, H), pack(3, 1)];
}

function stepOf(tf: TensorFlow, setup: PeerSetup): () => { value: Handle; grads: Handle[] } {
  const { B, T, I, H } = setup;
  const weights = packedGates(tf, setup);
  const xs = tensorOf(tf, 201, [T * B, I], 1);
  const target = tensorOf(tf, 202, [B, H], 1);
  const gradients = tf.valueAndGrads((W, U, b) => {
    let [h, c] = [tf.zeros([B, H]), tf.zeros([B, H])];
    const inputs = tf.unstack(tf.reshape(tf.add(tf.matMul(xs, W as Handle), b as Handle), [T, B, 4 * H])); // three weights are given
    for (const x of inputs) {
      const [i, f, g, o] = tf.split(tf.add(x, tf.matMul(h, U as Handle)), 4, 1) as [Handle, Handle, Handle, Handle]; // as above; four parts
      c = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)));
      h = tf.mul(tf.sigmoid(o), tf.tanh(c));
    }
    return tf.mean(tf.square(tf.sub(h, target)));
  });
  return () => tf.tidy(() => gradients(weights));
}

function timed(run: () => { value: Handle; grads: Handle[] }, tf: TensorFlow): number {
  const start = seconds();
  const result = run();
  result.value.dataSync();
  const taken = seconds() - start;
  tf.dispose(result);
  return taken;
}

async function main(): Promise<void> {
  const folder = process.env.THROUGHLINE_BENCH_TFJS;
  const require = createRequire(folder === undefined ? import.meta.url : `${folder}/package.json`);
  const tf = require('@tensorflow/tfjs') as TensorFlow; // of what is used; the core alone has no gradients in Node
  require('@tensorflow/tfjs-backend-wasm');
  if (!(await tf.setBackend('wasm'))) throw new Error('the wasm backend did not start');
  await tf.ready();
  console.log(JSON.stringify({ version: tf.version_core }));
  const steps: ReturnType<typeof stepOf>[] = [];
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line) as { setup?: PeerSetup; run?: number; id?: number }; // as LineServer writes it
    if (request.setup !== undefined) {
      const run = stepOf(tf, request.setup);
      const { value, grads } = run();
      const squares = grads.flatMap((grad) => Array.from(grad.dataSync(), (x) => x * x));
      const norm = Math.sqrt(squares.reduce((a, b) => a + b, 0));
      console.log(JSON.stringify({ id: steps.push(run) - 1, loss: value.dataSync()[0], norm }));
    } else {
      const run = steps[request.id ?? 0];
      const times = run === undefined ? [] : Array.from({ length: request.run ?? 1 }, () => timed(run, tf));
      console.log(JSON.stringify({ times }));
    }
  }
}

await main();
