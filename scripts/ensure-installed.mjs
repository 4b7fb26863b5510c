// Installs the workspace when node_modules does not match pnpm-lock.yaml, or is incomplete. Needs Node and npm alone.
// Runs before npm start and npm test, so it is plain JavaScript without dependencies, and instant when all is well.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const at = (/** @type {string[]} */ ...parts) => join(root, ...parts);
const read = (/** @type {string} */ path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
const manifest = (/** @type {string} */ folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

const folders = [
  root,
  ...readdirSync(at('packages'))
    .map((name) => at('packages', name))
    .filter((folder) => existsSync(join(folder, 'package.json'))),
];

// pnpm's copy of the lock file is not always the same text (line ends, comments): so what an install succeeded with is
// remembered, both texts together.
const stamp = at('node_modules/.throughline-installed');
const pair = () => `${read(at('pnpm-lock.yaml'))}\n---\n${read(at('node_modules/.pnpm/lock.yaml'))}`;

/** What is wrong with the installation, or undefined. @returns {string | undefined} */
function complaint() {
  const installed = read(at('node_modules/.pnpm/lock.yaml'));
  // pnpm writes both files last: without them an install was never finished.
  if (installed === undefined || !existsSync(at('node_modules/.modules.yaml'))) return 'nothing is installed yet';
  if (installed !== read(at('pnpm-lock.yaml')) && read(stamp) !== pair()) return 'pnpm-lock.yaml has changed';
  const binaries = readdirSync(at('node_modules/.pnpm')).filter((name) => name.startsWith('@esbuild+'));
  const here = `@esbuild+${process.platform}-${process.arch}@`;
  if (!binaries.some((name) => name.startsWith(here)))
    return `node_modules is not for ${process.platform}-${process.arch}`;
  for (const folder of folders) {
    const { dependencies, devDependencies } = manifest(folder);
    for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
      if (!existsSync(join(folder, 'node_modules', name, 'package.json'))) return `${name} is missing`;
    }
  }
  return undefined;
}

function install() {
  const { packageManager } = manifest(root);
  const own = at('node_modules/pnpm');
  const ready = existsSync(join(own, 'package.json')) && `pnpm@${manifest(own).version}` === packageManager;
  const [command, ...first] = ready
    ? [process.execPath, join(own, 'bin/pnpm.cjs')]
    : ['npx', '--yes', '--prefer-offline', packageManager];
  const args = [...first, 'install', '--frozen-lockfile', '--prefer-offline'];
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32' && !ready, // npx is a .cmd file there
  });
  if (status === 0) writeFileSync(stamp, pair());
  return { done: status === 0, output: error ? `${command}: ${error.message}` : `${stdout}${stderr}`.trim() };
}

function clear() {
  for (const folder of folders) rmSync(join(folder, 'node_modules'), { recursive: true, force: true, maxRetries: 3 });
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`throughline: Node ${process.versions.node} is too old; 20.19 or newer is needed.`);
  process.exit(1);
}

const reason = complaint();
if (reason !== undefined) {
  const began = Date.now();
  process.stderr.write(`throughline: ${reason}; installing the workspace … `);
  let result = install();
  // pnpm trusts what a broken node_modules says about itself. What is wrong elsewhere, no second try can mend.
  const elsewhere = /ERR_PNPM_\w*(LOCKFILE|FETCH)|ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT/;
  if (result.done ? complaint() !== undefined : !elsewhere.test(result.output)) {
    clear();
    result = install();
  }
  const left = result.done ? complaint() : 'pnpm failed';
  if (left === undefined) process.stderr.write(`done in ${((Date.now() - began) / 1000).toFixed(1)} s\n`);
  else {
    process.stderr.write(`failed: ${left}\n${result.output}\n`);
    process.exit(1);
  }
}
