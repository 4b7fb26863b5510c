// What `throughline new` writes. The texts are a newcomer's first lines of Throughline, so each says why it is there.

/** A cell that writes exactly as much as it forgets. */
export const cellSource = (name: string): string => `\
// A recurrent cell: one step, from which everything else is derived. Change it, then ask again whether it holds:
//   npx throughline check ${name}.ts
import { affine, chrono, defineCell, gate, sigmoid, sub, tanh } from 'throughline';

/** Writes exactly as much as it forgets: c' = f ⊙ c + (1 − f) ⊙ g. */
export default defineCell({
  name: '${name}',

  // What is trained. A gate is three tensors: W [I, H] for the input, U [H, H] for the last output, b [H]. The keys f, g
  // and o are the letters that printed equations use. chrono(60) starts the bias of f for memories of up to 60 steps.
  params: { f: gate({ bias: chrono(60) }), g: gate(), o: gate() },

  // What is carried from step to step, zeros at first: [B, H] each, for B sequences side by side.
  state: ['h', 'c'],

  // One step, of plain TypeScript: a breakpoint or console.log works here. There is no backward pass to write.
  step(p, { h, c }, x) {
    const f = sigmoid(affine(p.f, x, h)); // how much of c is kept; affine is x·W + h·U + b
    const o = sigmoid(affine(p.o, x, h)); // how much of c is shown
    const g = tanh(affine(p.g, x, h)); // what is written where c is forgotten
    const cNext = f.mul(c).add(sub(1, f).mul(g));
    const hNext = o.mul(tanh(cNext));
    // Taps are values that one may want to see later, by name. They cost nothing unless asked for.
    return { state: { h: hNext, c: cNext }, out: hNext, taps: { f, g, o } };
  },

  // What this cell claims about its gradient: with h held, ∂c[t]/∂c[t−1] is diag(f[t]) and nothing else. So the gradient
  // along c lives as long as f stays near 1. Without a belt the cell still runs; check then looks for one itself.
  belt: { state: 'c', keep: 'f', holding: ['h'] },
});
`;

/** Tests with Node's own runner, so that nothing else need be installed. */
export const testSource = (name: string): string => `\
// Tests of ${name}.ts, with Node's own test runner:
//   npx throughline run ${name}.test.ts          (from Node 22.18 on also: node --test)
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertGrads, key, mean, normal, partial, slice, square, unroll } from 'throughline';
import cell from './${name}.ts';

const [T, B, I, H] = [6, 2, 3, 4]; // steps, sequences, inputs, units
const params = cell.init(key(1), { I, H }); // the same key gives the same numbers, on every machine
const xs = normal(key(2), [T, B, I]);

test('it gives H numbers for every sequence at every step', () => {
  const { out } = unroll(cell, params, xs);
  assert.deepEqual([...out.shape], [T, B, H]);
  assert.ok([...out.data].every(Number.isFinite));
});

test('a sequence may be cut: the second half goes on from the state of the first', () => {
  const whole = unroll(cell, params, xs);
  const first = unroll(cell, params, slice(xs, [0, 0, 0], [T / 2, B, I]));
  const second = unroll(cell, params, slice(xs, [T / 2, 0, 0], [T, B, I]), { from: first.last });
  assert.deepEqual([...second.last.c.data], [...whole.last.c.data]);
});

test('its gradients are right', () => {
  assertGrads((p: typeof params) => mean(square(unroll(cell, p, xs).out)), [params]);
});

test('with h held, c is kept by f and nothing else', () => {
  const { h, c, f } = unroll(cell, params, xs).lines;
  for (let t = 1; t <= T; t++) {
    const { max } = partial(c.at(t), c.at(t - 1), { holding: h }).versus(f.at(t));
    assert.ok(max <= 1e-14, \`step \${t}: off by \${max}\`);
  }
});
`;

/** The claims in numbers; the process fails when one does not hold. */
export const verifySource = (name: string): string => `\
// What ${name}.ts claims, in numbers; exit code 1 when a claim does not hold:
//   npx throughline run ${name}.verify.ts
import { checkGrads, key, mean, normal, partial, square, total, unroll } from 'throughline';
import cell from './${name}.ts';

const [T, B, I, H] = [20, 2, 2, 8]; // steps, sequences, inputs, units
const params = cell.init(key(7), { I, H });
const xs = normal(key(8), [T, B, I]);
const short = (x: number) => (x === 0 ? '0' : x < 1e-3 ? x.toExponential(1) : x.toFixed(3));

console.log(\`\${cell.name} · T \${T} · batch \${B} · I \${I} · H \${H}\`);

// 1. Reverse and forward mode against finite differences, which know nothing of our rules.
const loss = (p: typeof params) => mean(square(unroll(cell, p, xs).out));
const report = checkGrads(loss, [params], { directions: 1 });
console.log('gradients   ', report.message);

// 2. One step along the belt. partial names what is held; total follows every path, also the one through h.
const { h, c, f } = unroll(cell, params, xs).lines;
const steps = Array.from({ length: T }, (_, n) => n + 1);
const held = steps.map((t) => partial(c.at(t), c.at(t - 1), { holding: h }).versus(f.at(t)).max);
const leaks = steps.map((t) => total(c.at(t), c.at(t - 1)).versus(f.at(t)).relative);
const worst = Math.max(...held);
const leak = leaks.reduce((sum, x) => sum + x, 0) / T;
console.log('h held       max |∂c[t]/∂c[t−1] − diag f[t]| =', short(worst));
console.log('h not held   ‖∂c[t]/∂c[t−1] − diag f[t]‖ / ‖diag f[t]‖ =', short(leak), 'on average');

// 3. All steps: what is left of the gradient, on the belt alone and on every path.
const belt = partial(c.at(T), c.at(0), { holding: h }).norm(2);
const all = total(c.at(T), c.at(0)).norm(2);
console.log(\`\${T} steps     belt / total = \${short(belt)} / \${short(all)}   (largest singular values, first sequence)\`);

const holds = report.verdict === 'right' && worst <= 1e-14;
console.log(holds ? 'all claims hold' : 'a claim does not hold');
process.exitCode = holds ? 0 : 1;
`;
