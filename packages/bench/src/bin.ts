import { parseArgs } from 'node:util';
import { benchmarks } from './index.ts';
import { machine } from './machine.ts';
import { heading, machineLine, row } from './table.ts';

/** `npm run bench -- [NAME…] [--json]`: all benchmarks, or those named; a table, or one JSON line per result. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { json: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const unknown = positionals.find((name) => !benchmarks.some((one) => one.name === name));
  if (unknown !== undefined) {
    console.error(
      `bench: no benchmark is named ${unknown}. There are ${benchmarks.map(({ name }) => name).join(', ')}.`,
    );
    return 2;
  }
  const where = machine();
  if (!values.json) console.log(machineLine(where));
  for (const one of benchmarks.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
    if (!values.json) console.log(heading(one));
    for await (const result of one.run()) {
      console.log(values.json ? JSON.stringify({ benchmark: one.name, ...result, machine: where }) : row(result));
    }
  }
  return 0;
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  return 2;
});
