#!/usr/bin/env node
import { main } from './main.ts';

/** What a shell gives a program whose reader has gone, as `head` goes after its lines: what was asked for is not done. */
const UNREAD = 141;

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(UNREAD);
});
process.exitCode = await main(process.argv.slice(2));
