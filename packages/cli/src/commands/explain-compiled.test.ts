import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { command, inFolder } from '../testing/command.ts';

const slow = { timeout: 120_000 };

const leaky = `
import { add, affine, defineCell, gate, mul, param, tanh } from 'throughline';
export default defineCell({
  name: 'leaky',
  params: { g: gate(), p: param('H') },
  state: ['h'],
  step(w, { h }, x) {
    const g = tanh(affine(w.g, x, h));
    const next = add(mul(w.p, h), g);
    return { state: { h: next }, out: next, taps: { g } };
  },
});
`;

test('explain --compiled reports loops and products of a training step', slow, () =>
  inFolder(async (folder) => {
    const words = ['explain', 'lstm', '--compiled', '--t', '9', '--batch', '5', '--i', '3', '--h', '7'];
    const [text, json] = await Promise.all([
      command(folder, ...words),
      command(folder, ...words, '--json', '--dtype', 'float64'),
    ]);
    expect([text.code, text.err, json.code, json.err]).toEqual([0, '', 0, '']);
    expect(text.out).toMatch(/^lstm, loss and gradient\(f32\[3,7\], .*f32\[9,5,7\]\) → f32\[\], /);
    expect(text.out).toContain('9 steps, forward');
    expect(text.out).toContain('9 steps, reverse');
    expect(text.out).not.toContain('ms per call');
    const facts = JSON.parse(json.out);
    expect(facts).toMatchObject({ cell: 'lstm', steps: 9, batch: 5, inputs: 3, hidden: 7, dtype: 'float64' });
    // x·W for all steps at once, four gates in one
    const shapes = facts.form.products.map((one: Record<string, number>) => `${[one.m, one.n].sort()} ${one.k}`);
    expect(shapes).toContain(`${[45, 28].sort()} 3`);
    expect(facts.profile).toBeUndefined();
  }),
);

test('with --profile it adds times, by line of the cell', slow, () =>
  inFolder(async (folder) => {
    writeFileSync(join(folder, 'leaky.ts'), leaky);
    const words = ['explain', 'leaky.ts', '--compiled', '--profile', '--t', '4', '--h', '3'];
    const [text, json] = await Promise.all([command(folder, ...words), command(folder, ...words, '--json')]);
    expect([text.code, text.err, json.code, json.err]).toEqual([0, '', 0, '']);
    expect(text.out).toMatch(/ ms per call, the mean of 10\n/);
    expect(text.out).toMatch(/by scope and line\n[\s\S]* ms +[\d.]+ % {2}cell leaky.* \/ at .*leaky\.ts:9:\d+\n/);
    const { profile } = JSON.parse(json.out);
    expect(profile.rows.map((row: { calls: number }) => row.calls)).toContain(4);
  }),
);

test('explain --compiled says what it cannot do', slow, () =>
  inFolder(async (folder) => {
    const said = await Promise.all([
      command(folder, 'explain', 'lstm', '--t', '9'),
      command(folder, 'explain', 'lstm', '--json'),
      command(folder, 'explain', 'lstm', '--compiled', '--h', '0'),
      command(folder, 'explain', 'lstm', '--compiled', '--dtype', 'int32'),
    ]);
    expect(said.map(({ code }) => code)).toEqual([2, 2, 2, 2]);
    expect(said.map(({ err }) => err)).toEqual([
      'throughline: --t needs --compiled: nothing else is computed.\n',
      'throughline: --json needs --compiled: nothing else is computed.\n',
      'throughline: --h 0 is not an integer from 1 to 1024.\n',
      'throughline: --dtype int32 is neither float32 nor float64.\n',
    ]);
  }),
);
