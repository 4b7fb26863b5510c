// What the debugger's hooks cost while nobody debugs: tsx scripts/debug-off.ts [rounds]
// Bundles two workloads three times, as they are, as they are once more (a control: it says what the measurement is worth),
// and with every hook cut out of the source, and runs them in turn in one process.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { root } from './files.ts';
import { inTemporaryFolder } from './run.ts';

/** By file of packages/autograd/src: text, and what stands there without hooks. Each must be found, or nothing is measured. */
const hooks: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  'bind.ts': [['if (watch !== null) watch.ran', 'if (false) (undefined as any).ran']],
  'tape.ts': [
    ['placing > 0 ? [] : null', 'null'],
    ['if (this.places !== null) this.places.push(placeOf(primals, outputs));', ''],
  ],
  'evaluate.ts': [
    ['if (placing > 0 && origin !== undefined) standAt(inside(outer, origin));', ''],
    ['if (placing > 0) standAt(outer);', ''],
  ],
  'scope.ts': [['export function scope<R>(label: Label, f: () => R): R {', '$&\n  if (label !== null) return f();']],
  'primitives/scan-rows.ts': [[' && watch === null', '']],
};

const workloads = `
  export { add, addingProblem, at, foldIn, key, layer, linear, lstm, meanSquaredError, sequence, sum, tensor, valueAndGrad } from './packages/cli/src/index.ts';
`;

const cutting: Plugin = {
  name: 'without hooks',
  setup(bundle) {
    bundle.onLoad({ filter: /packages\/autograd\/src\/.*\.ts$/ }, ({ path }) => {
      let contents = readFileSync(path, 'utf8');
      for (const [text, instead] of hooks[path.split('/autograd/src/')[1] ?? ''] ?? []) {
        if (!contents.includes(text)) throw new Error(`${path} has no longer: ${text}`);
        contents = contents.replaceAll(text, instead.replace('$&', text));
      }
      return { contents, loader: 'ts' };
    });
  },
};

type Library = typeof import('throughline');

async function load(folder: string, name: string, plugins: readonly Plugin[]): Promise<Library> {
  const { outputFiles } = await build({
    stdin: { contents: workloads, resolveDir: root, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['@throughline/source'],
    plugins: [...plugins],
  });
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, outputFiles?.[0]?.contents ?? '');
  return import(pathToFileURL(path).href);
}

/** Gradients: a thousand small ops, and an LSTM on the adding problem. */
function runsOf(t: Library): Readonly<Record<string, () => number>> {
  const [x, one] = [t.tensor([1, 2, 3, 4, 5, 6, 7, 8]), t.tensor([1, 1, 1, 1, 1, 1, 1, 1])];
  const chain = t.valueAndGrad((v: typeof x) => {
    let y = v;
    for (let i = 0; i < 1000; i++) y = t.add(y, one);
    return t.sum(y);
  });
  const model = t.sequence(t.layer(t.lstm, { I: 2, H: 16 }), t.linear({ I: 16, O: 1 }));
  const params = model.init(t.key(7));
  const { inputs, targets } = t.addingProblem({ T: 20, batch: 8, key: t.foldIn(t.key(1), 1) });
  const loss = t.valueAndGrad((p: typeof params) => t.meanSquaredError(t.at(model.apply(p, inputs).out, -1), targets));
  return { 'small ops': () => chain(x).value.item(), 'LSTM, T 20': () => loss(params).value.item() };
}

const median = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[list.length >> 1] ?? Number.NaN;

type Variant = 'with' | 'again' | 'without';
const names: readonly Variant[] = ['with', 'again', 'without'];

await inTemporaryFolder(async (folder) => {
  const rounds = Number(process.argv[2] ?? 200);
  const variants = {
    with: runsOf(await load(folder, 'with', [])),
    again: runsOf(await load(folder, 'again', [])),
    without: runsOf(await load(folder, 'without', [cutting])),
  };
  for (const name of Object.keys(variants.with)) {
    const times: Record<Variant, number[]> = { with: [], again: [], without: [] };
    for (let round = -10; round < rounds; round++) {
      const first = (round + 12) % 3;
      for (const variant of [...names.slice(first), ...names.slice(0, first)]) {
        const run = variants[variant][name];
        const began = performance.now();
        for (let i = 0; i < 5; i++) run?.();
        if (round >= 0) times[variant].push((performance.now() - began) / 5);
      }
    }
    const against = (other: Variant): string => {
      const percent = (ratio: number): string => `${(100 * (ratio - 1)).toFixed(1)} %`;
      const pairs = times.with.map((time, i) => time / (times[other][i] ?? Number.NaN));
      const least = Math.min(...times.with) / Math.min(...times[other]);
      const middle = median(times.with) / median(times[other]);
      return `medians ${percent(middle)}, minima ${percent(least)}, median of pairs ${percent(median(pairs))}`;
    };
    console.log(`${name.padEnd(10)}  hooks cost: ${against('without')}`);
    console.log(
      `${' '.repeat(10)}  control:    ${against('again')}   (${median(times.with).toFixed(3)} ms, ${rounds} rounds)`,
    );
  }
});
