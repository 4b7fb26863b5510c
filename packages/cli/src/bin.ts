#!/usr/bin/env node
import { main } from './main.ts';

/** What a shell gives a program whose reader has gone, as `head` goes after its lines: what was asked for is not done. */
const UNREAD = 141;

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(UNREAD);
});
/** Nothing is left that could answer what is awaited: Node would end without a word. */
function unanswered(): void {
  console.error('throughline: it waits for what never comes. Look for an await of a promise that nothing settles.');
  process.exit(2);
}

process.once('beforeExit', unanswered);
process.exitCode = await main(process.argv.slice(2));
process.off('beforeExit', unanswered);
