// Installs the workspace when node_modules does not match pnpm-lock.yaml. Needs Node and npm alone.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
const locked = read('pnpm-lock.yaml');

if (locked === undefined || locked !== read('node_modules/.pnpm/lock.yaml')) {
  const { packageManager } = JSON.parse(readFileSync('package.json', 'utf8'));
  const { status } = spawnSync('npx', ['--yes', packageManager, 'install', '--frozen-lockfile'], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  process.exit(status ?? 1);
}
