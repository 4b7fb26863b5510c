// npm run pack:check: the published packages as a stranger meets them. Packs them, installs the tarballs into an empty
// project with plain npm, and there imports, type-checks, bundles and runs. Needs `npm run build` first.
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { root } from '../files.ts';
import { publishedPackages } from '../published.ts';
import { inTemporaryFolder, run, runTool, tsc } from '../run.ts';

const packages = publishedPackages();
const json = (path: string, value: unknown) => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
const report = (what: string) => console.log(`  ${what}`);

await inTemporaryFolder(async (folder) => {
  console.log('pack:check');
  install(folder, packAll(folder));
  report(`${packages.length} tarballs install with npm`);
  for (const one of packages) await lint(join(folder, 'node_modules', one.name), one.name);
  report('publint has nothing to say');
  importEverything(folder);
  report('every entry point imports in Node');
  cpSync(join(root, 'scripts/pack-check/user/main.ts'), join(folder, 'main.ts'));
  for (const resolution of ['nodenext', 'bundler'] as const) typeCheck(folder, resolution);
  report('a strict user file type-checks, moduleResolution nodenext and bundler');
  report(`a bundle for pages runs: ${await bundle(folder)}`);
  for (const one of packages) for (const bin of one.bin) report(`${bin}: ${startBin(folder, bin)}`);
  await inTemporaryFolder((elsewhere) => checkCell(folder, elsewhere));
  report('throughline tape and check take a cell from a folder that knows nothing of us; its report computes');
});

function packAll(into: string): [name: string, tarball: string][] {
  for (const { folder, name } of packages) {
    if (!existsSync(join(folder, 'dist/index.js'))) throw new Error(`${name} is not built: npm run build`);
  }
  const filters = packages.flatMap(({ name }) => ['--filter', name]);
  const output = runTool('pnpm/bin/pnpm.cjs', ['-r', ...filters, 'pack', '--json', '--pack-destination', into]);
  const reports: readonly PackReport[] = JSON.parse(output.slice(output.indexOf('[')));
  for (const { name, files } of reports) {
    const stray = files.map(({ path }) => path).filter((path) => /\.(test|browser)\.|tsbuildinfo/.test(path));
    if (stray.length > 0) throw new Error(`${name} would publish ${stray.join(', ')}`);
  }
  if (reports.length !== packages.length)
    throw new Error(`${reports.length} of ${packages.length} packages were packed`);
  return reports.map(({ name, filename }) => [name, filename]);
}

interface PackReport {
  readonly name: string;
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

function install(folder: string, tarballs: [name: string, tarball: string][]): void {
  const dependencies = Object.fromEntries(tarballs.map(([name, path]) => [name, `file:${path}`]));
  // Without overrides npm would ask the registry for what our packages depend on of each other.
  const overrides = Object.fromEntries(tarballs.map(([name]) => [name, `$${name}`]));
  json(join(folder, 'package.json'), { name: 'a-user', private: true, type: 'module', dependencies, overrides });
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  run(npm, ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder });
}

async function lint(folder: string, name: string): Promise<void> {
  if (!existsSync(join(folder, 'LICENSE'))) throw new Error(`${name} would be published without its licence`);
  const { messages, pkg } = await publint({ pkgDir: folder, pack: false, strict: true });
  const texts = messages.map((message) => formatMessage(message, pkg) ?? message.code);
  if (texts.length > 0) throw new Error(`publint on ${name}:\n${texts.join('\n')}`);
}

function importEverything(folder: string): void {
  const entries = packages.flatMap(({ name, exports }) =>
    Object.keys(exports).map((subpath) => (subpath === '.' ? name : `${name}/${subpath.slice(2)}`)),
  );
  // */testing needs the optional peer fast-check, which a user of testing has.
  const plain = entries.filter((entry) => !entry.endsWith('/testing'));
  const script = plain.map((entry, at) => `import * as m${at} from '${entry}';`).join('\n');
  writeFileSync(join(folder, 'all.mjs'), `${script}\nconsole.log(Object.keys(m0).length);\n`);
  run(process.execPath, ['all.mjs'], { cwd: folder });
}

/** nodenext without the DOM's types, and with all declarations checked; bundler with both, as an application has it. */
function typeCheck(folder: string, moduleResolution: 'nodenext' | 'bundler'): void {
  const node = moduleResolution === 'nodenext';
  const module = node ? { module: 'nodenext', lib: ['es2023'] } : { module: 'esnext', lib: ['es2023', 'dom'] };
  const strict = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true };
  const compilerOptions = {
    ...strict,
    ...module,
    moduleResolution,
    skipLibCheck: !node,
    target: 'es2022',
    noEmit: true,
  };
  json(join(folder, 'tsconfig.json'), { compilerOptions: { ...compilerOptions, types: [] }, files: ['main.ts'] });
  runTool(tsc, ['-p', folder], { cwd: folder });
}

async function bundle(folder: string): Promise<string> {
  const outfile = join(folder, 'page.mjs');
  const { metafile } = await build({
    absWorkingDir: folder,
    entryPoints: ['main.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    metafile: true,
    logLevel: 'silent',
  });
  const outside = Object.values(metafile.outputs).flatMap(({ imports }) => imports.filter(({ external }) => external));
  if (outside.length > 0) throw new Error(`the bundle imports ${outside.map(({ path }) => path).join(', ')}`);
  const check = `const { failed } = await import('./page.mjs'); if (failed.length > 0) throw new Error(failed.join(', '));`;
  run(process.execPath, ['--input-type=module', '--eval', check], { cwd: folder });
  return `${(readFileSync(outfile).length / 1000).toFixed(0)} kB before minifying`;
}

/** A cell file in a folder without package.json or node_modules: its bare import `throughline` is the command's own. */
function checkCell(folder: string, elsewhere: string): void {
  cpSync(join(root, 'scripts/pack-check/user/coupled.ts'), join(elsewhere, 'coupled.ts'));
  const env = { ...process.env, INIT_CWD: elsewhere };
  const commands = [
    ['tape', 'coupled.ts', '--steps', '1'],
    ['check', 'coupled.ts', '--no-train', '--report', 'report.html', '--h', '3', '--t', '5'],
  ];
  for (const words of commands) run(binPath(folder, 'throughline'), words, { cwd: elsewhere, env });
  const report = readFileSync(join(elsewhere, 'report.html'), 'utf8');
  if (!report.includes('id="live-core"')) throw new Error('the report does not carry the core');
}

function startBin(folder: string, bin: string): string {
  return run(binPath(folder, bin), ['--version'], { cwd: folder }).trim();
}

function binPath(folder: string, bin: string): string {
  return join(folder, 'node_modules/.bin', process.platform === 'win32' ? `${bin}.cmd` : bin);
}
