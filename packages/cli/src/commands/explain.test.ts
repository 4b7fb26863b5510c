import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { alone, command, inFolder } from '../testing/command.ts';

const slow = { timeout: 120_000 };

/** A peephole: f looks at c. */
const peephole = `
import { add, affine, defineCell, gate, mul, param, sigmoid, sub, tanh } from 'throughline';
export default defineCell({
  name: 'peephole',
  params: { f: gate(), g: gate(), p: param('H') },
  state: ['h', 'c'],
  step(w, { h, c }, x) {
    const f = sigmoid(add(affine(w.f, x, h), mul(w.p, c)));
    const g = tanh(affine(w.g, x, h));
    const next = add(mul(f, c), mul(sub(1, f), g));
    return { state: { h: tanh(next), c: next }, out: tanh(next), taps: { f, g } };
  },
});
`;

test('explain prints equations, the path along the memory, and what depends on what', slow, () =>
  inFolder(async (folder) => {
    writeFileSync(join(folder, 'peephole.ts'), peephole);
    const [own, lstm] = await Promise.all([command(folder, 'explain', 'peephole.ts'), alone(folder, 'explain')]);
    expect([own.code, own.err, lstm.code, lstm.err]).toEqual([0, '', 0, '']);
    expect(lstm.out).toContain('∂c_t/∂c_{t−1} = f_t   h held');
    expect(lstm.out).toMatch(/\n {2}f {4}● {2}· {2}●\n/);
    expect(own.out).toMatch(/\n {2}f {4}● {2}● {2}●\n/);
  }),
);

test('explain and flow say what they cannot do', slow, () =>
  inFolder(async (folder) => {
    const [missing, two, steps, flow] = await Promise.all([
      command(folder, 'explain', 'missing.ts'),
      command(folder, 'explain', 'lstm', 'gru'),
      command(folder, 'flow', 'lstm', '--t', '0'),
      command(folder, 'flow', 'gru', '--t', '3', '--h', '2', '--json'),
    ]);
    expect(missing.code).toBe(2);
    expect(missing.err).toMatch(/^throughline: missing\.ts: no such file in .*\n$/);
    expect(two.err).toBe('throughline: explain takes one cell, got lstm gru.\n');
    expect(steps.err).toBe('throughline: --t 0 is not an integer from 1 to 100000.\n');
    const facts: unknown = JSON.parse(flow.out);
    expect(facts).toMatchObject({ cell: 'gru', steps: 3, states: [{ line: 'h' }] });
  }),
);
