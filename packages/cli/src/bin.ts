#!/usr/bin/env node
// The command's front door: nothing but arguments and exit codes.
import { readFileSync } from 'node:fs';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

if (process.argv[2] === '--version') console.log(`throughline ${version}`);
else {
  console.error(`throughline: no command "${process.argv[2] ?? ''}" yet.`);
  process.exitCode = 2;
}
