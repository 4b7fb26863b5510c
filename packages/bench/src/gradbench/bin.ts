// GradBench's protocol: one JSON message per line on stdin, one answer per line on stdout, until stdin ends.
import { createInterface } from 'node:readline';
import { modules } from './modules.ts';
import { answer } from './protocol.ts';

async function main(): Promise<number> {
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() !== '') process.stdout.write(`${answer(line, modules)}\n`);
  }
  return 0;
}

process.stdout.on('error', () => process.exit(0)); // the eval has gone, and needs no answer
process.exitCode = await main().catch((error: unknown) => {
  console.error(`gradbench: ${error instanceof Error ? error.message : String(error)}`);
  return 2;
});
