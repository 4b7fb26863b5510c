// Nanoseconds per element over a Float64Array, each function in a loop of its own. Run as: npx tsx scripts/elementary/bench.mjs
import { float32, float64 } from '../../packages/tensor/src/elementary/index.ts';

const size = 1024;
let labels = 0;
const range = { log: [0.01, 100], log1p: [-0.9, 100], sin: [-20, 20], cos: [-20, 20], pow: [0.1, 10] };

/** Different text per function, so that the engine sees one function at the call site, as in a kernel written for it. */
const loopFor = (label, arity) =>
  new Function(
    'f',
    'x',
    'out',
    `/* ${label} */ for (let i = 0; i < x.length; i++) out[i] = f(x[i]${arity === 2 ? ', 1.7' : ''});`,
  );

function measure(f, name, Type) {
  const loop = loopFor(`${name} ${labels++}`, name === 'pow' ? 2 : 1);
  const [low, high] = range[name] ?? [-8, 8];
  const x = Type.from({ length: size }, (_, i) => low + (high - low) * ((i * 0.6180339887498949) % 1));
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
for (const name of Object.keys(float64)) {
  const other = Math[name] ? measure(Math[name], name, Float64Array) : '      –';
  console.log(
    name.padEnd(12),
    measure(float64[name], name, Float64Array),
    measure(float32[name], name, Float32Array),
    other,
  );
}
