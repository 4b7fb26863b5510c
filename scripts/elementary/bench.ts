// Nanoseconds per element over a Float64Array, each function in a loop of its own. Run as: npx tsx scripts/elementary/bench.ts
import { float32, float64 } from '../../packages/tensor/src/elementary/index.ts';

const size = 1024;
let labels = 0;
const range: Record<string, readonly [number, number]> = {
  log: [0.01, 100],
  log1p: [-0.9, 100],
  sin: [-20, 20],
  cos: [-20, 20],
  pow: [0.1, 10],
};

/** Different text per function, so that the engine sees one function at the call site, as in a kernel written for it. */
const loopFor = (label: string, arity: 1 | 2) =>
  new Function(
    'f',
    'x',
    'out',
    `/* ${label} */ for (let i = 0; i < x.length; i++) out[i] = f(x[i]${arity === 2 ? ', 1.7' : ''});`,
  );

type Scalar = (x: number, y: number) => number;

function measure(f: Scalar, name: string, Type: typeof Float64Array | typeof Float32Array): string {
  const loop = loopFor(`${name} ${labels++}`, name === 'pow' ? 2 : 1);
  const [low, high] = range[name] ?? [-8, 8];
  const x = new Type(size);
  for (let i = 0; i < size; i++) x[i] = low + (high - low) * ((i * 0.6180339887498949) % 1);
  const out = new Type(size);
  for (let i = 0; i < 300; i++) loop(f, x, out);
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 1500; i++) {
    const start = process.hrtime.bigint();
    loop(f, x, out); // short, so that the best of many ran undisturbed
    best = Math.min(best, Number(process.hrtime.bigint() - start) / size);
  }
  return best.toFixed(1).padStart(7);
}

console.log('ns/element   float64 float32    Math');
for (const name of Object.keys(float64) as (keyof typeof float64)[]) {
  const other = (Math as unknown as Record<string, Scalar | undefined>)[name]; // sigmoid and softplus are not there
  const columns = [
    measure(float64[name], name, Float64Array),
    measure(float32[name], name, Float32Array),
    other === undefined ? '      –' : measure(other, name, Float64Array),
  ];
  console.log(name.padEnd(12), ...columns);
}
