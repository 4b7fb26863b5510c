import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const cell = (name: string, step: string, rest = ''): string => `import * as tl from 'throughline';
const { affine, customVjp, defineCell, gate, log, mul, sigmoid, sub, tanh } = tl;

export default defineCell({
  name: '${name}',
  params: { f: gate(), g: gate() },
  state: ['h', 'c'],
  step(p, { h, c }, x: tl.Tensor) {
${step}
  },
${rest}});
`;

const gated = `    const f = sigmoid(affine(p.f, x, h));
    const g = tanh(affine(p.g, x, h));`;
const coupled = `${gated}
    const next = f.mul(c).add(sub(1, f).mul(g));
    return { state: { h: tanh(next), c: next }, out: tanh(next), taps: { f, g } };`;
const belt = "  belt: { state: 'c', keep: 'f', holding: ['h'] },\n";

/** Cell files as users write them, right and wrong. */
export const files: Readonly<Record<string, string>> = {
  'good.ts': cell('coupled', coupled, belt),
  'no-belt.ts': cell('coupled', coupled),
  'wrong-gradient.ts': cell('wrong', coupled.replace('tanh(affine', 'almostTanh(affine'), belt).replace(
    'export default',
    'const almostTanh = customVjp((x) => tanh(x), (ct, { output: y }) => [mul(1.001, ct.mul(sub(1, y.mul(y))))]);\nexport default',
  ),
  'false-belt.ts': cell('falsebelt', coupled.replace('const next = f', 'const next = f.mul(0.5)'), belt),
  'claims.ts': cell('coupled', coupled).replace(
    'export default',
    'export const claims = [tl.claim`∂c[t]/∂c[t−1] | h = diag(f[t])`, tl.claim`∂c[t]/∂c[t−1] = diag(f[t])`];\nexport default',
  ),
  'not-claims.ts': cell('coupled', coupled).replace(
    'export default',
    "export const claims = ['f = 1'];\nexport default",
  ),
  'throws.ts': cell('thrower', "    throw new Error('not written yet');"),
  'shapes.ts': cell('shapes', `${gated}\n    const next = f.mul(x);\n    return { state: { h: next, c }, out: next };`),
  'nan.ts': cell('nan', `${gated}\n    const next = log(g);\n    return { state: { h: next, c: f }, out: next };`),
  'broken.ts':
    "import { defineCell } from 'throughline';\n\nexport default defineCell({ name: 'broken' params: {} });\n",
  'no-default.ts': "export { lstm as mine } from 'throughline';\n",
  'not-a-cell.ts': 'export default 42;\n',
};

/** Writes them into a new folder and returns it. */
export function writeFiles(): string {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-check-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}
