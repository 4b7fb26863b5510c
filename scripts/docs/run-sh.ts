// npm run docs:sh: runs the ```sh fences of README.md, CONTRIBUTING.md and docs/, each in bash with `set -euo pipefail`.
//   ```sh          in the repository's root; may leave no file behind
//   ```sh folder   in a folder of the page's own that starts empty and that its later blocks share
//   ```sh no-run   not at all, but listed
// `throughline` on PATH is the command, run from the sources.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { filesUnder, root } from '../files.ts';
import { inTemporaryFolder, run } from '../run.ts';
import { type Block, fences } from './blocks.ts';

const timeout = 300_000;
const pages = filesUnder().filter((path) => /^(README|CONTRIBUTING)\.md$|^docs\/.*\.md$/.test(path));
// npm says in INIT_CWD where it was called from, and the command takes paths against that; a block is called from its folder.
const { INIT_CWD: _, ...environment } = process.env;
const status = () => run('git', ['status', '--porcelain']);
const before = status();
let failures = 0;

await inTemporaryFolder((folder) => {
  const bin = join(folder, 'bin');
  writeCommand(bin);
  pages.forEach((page, index) => {
    const own = join(folder, `page-${index}`);
    mkdirSync(own);
    for (const block of fences(readFileSync(join(root, page), 'utf8'), 'sh')) {
      const name = `${page}:${block.line}`;
      if (block.words.includes('no-run')) console.log(`- ${name} not run: ${block.code.split('\n')[0]}`);
      else if (!runBlock(name, block, block.words.includes('folder') ? own : root, bin)) failures++;
    }
  });
});

if (status() !== before) {
  failures++;
  console.error(`✗ a block changed the repository:\n${status()}`);
}
process.exitCode = failures === 0 ? 0 : 1;

function runBlock(name: string, block: Block, cwd: string, bin: string): boolean {
  const began = Date.now();
  const { status, signal, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', block.code], {
    cwd,
    encoding: 'utf8',
    timeout,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...environment, PATH: `${bin}${delimiter}${process.env.PATH}` },
  });
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  if (status === 0) console.log(`✓ ${name} ${seconds} s`);
  else console.error(`✗ ${name} ended with ${status ?? signal} after ${seconds} s\n${block.code}\n${stdout}${stderr}`);
  return status === 0;
}

function writeCommand(bin: string): void {
  mkdirSync(bin);
  const loader = join(root, 'scripts/source.mjs');
  const entry = join(root, 'packages/cli/src/bin.ts');
  const flags = ['--conditions=@throughline/source', '--import', loader];
  const words = [process.execPath, ...flags, entry].map((word) => `'${word}'`);
  writeFileSync(join(bin, 'throughline'), `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`);
  chmodSync(join(bin, 'throughline'), 0o755);
}
