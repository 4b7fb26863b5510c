import { add, grad, matmul, scan, sum, tanh, mul, trace, evaluate } from './packages/autograd/src/index.ts';
import { full, tensor, Concrete, type Tensor } from './packages/tensor/src/index.ts';
const [T, schedule, mode] = [Number(process.argv[2]), JSON.parse(process.argv[3]!), process.argv[4]];
const H = 4;
const vals = (n: number, s: number) => Array.from({ length: n }, (_, i) => s * Math.sin(i + 1));
const p = { W: tensor(vals(2 * H, 0.5), { shape: [2, H] }), U: tensor(vals(H * H, 0.4), { shape: [H, H] }), b: tensor(vals(H, 0.1)) };
const xs = new Concrete(Float64Array.from({ length: T * 2 }, (_, i) => Math.sin(i)), 'float64', [T, 1, 2]);
const loss = (q: typeof p) => {
  const { carry, ys } = scan((h: Tensor, x: Tensor) => { const n = tanh(add(add(matmul(x, q.W), matmul(h, q.U)), q.b)); return { carry: n, y: n }; }, full([1, H], 0), xs, { checkpoint: schedule });
  return add(sum(mul(carry, carry)), sum(mul(ys, ys)));
};
const f = mode === 'traced' ? (() => { const prog = trace((...l: Tensor[]) => { const g = grad(loss)({ W: l[0]!, U: l[1]!, b: l[2]! }); return [g.W, g.U, g.b]; }, p.W, p.U, p.b); return () => evaluate(prog, [p.W, p.U, p.b])[1]!; })() : () => grad(loss)(p).U;
const t0 = performance.now();
const g = f();
const dt = performance.now() - t0;
console.log(T, JSON.stringify(schedule), mode ?? 'eager', (dt / T * 1000).toFixed(2), 'us/step', (process.resourceUsage().maxRSS / 1024).toFixed(0), 'MB', sum(g).item());
