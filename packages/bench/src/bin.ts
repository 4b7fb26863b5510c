import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { useProcessorTime } from './clock.ts';
import { benchmarks } from './index.ts';
import { machine } from './machine.ts';
import { heading, machineLine, row } from './table.ts';
import { sizes } from './workloads/sizes.ts';

const HELP = `npm run bench -- [NAME…] [--json] [--quick] [--cpu] [--size M]…

Runs all benchmarks, or those named: ${benchmarks.map(({ name }) => name).join(', ')}.
  --json    one JSON line per result
  --size    only this of the sizes S, M, L, LONG; may be repeated
  --cpu     processor time on one thread, for a machine that others use; every line says so
  --quick   fewer repetitions, for a look: every line says so
PyTorch runs beside when a python3 has it (/usr/bin/python3, then python3). Debian's takes whichever BLAS is installed:
apt-get install python3-torch libopenblas0-pthread. TensorFlow.js runs beside when @tensorflow/tfjs and
@tensorflow/tfjs-backend-wasm are installed in the folder that THROUGHLINE_BENCH_TFJS names.
GradBench's own tools run beside gradbench where THROUGHLINE_BENCH_GRADBENCH names a clone of it in which they are built.
Before Node 22 fused multiply-add (fast) is behind a flag of V8, which this command sets.
`;

/** `npm run bench -- [NAME…] [--json] [--quick]`: all benchmarks, or those named; a table, or one JSON line per result. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      size: { type: 'string', multiple: true },
      cpu: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const unknown = positionals.find((name) => !benchmarks.some((one) => one.name === name));
  if (unknown !== undefined) {
    console.error(
      `bench: no benchmark is named ${unknown}. There are ${benchmarks.map(({ name }) => name).join(', ')}.`,
    );
    return 2;
  }
  const odd = values.size?.find((name) => !Object.hasOwn(sizes, name));
  if (odd !== undefined) {
    console.error(`bench: no size is named ${odd}. There are ${Object.keys(sizes).join(', ')}.`);
    return 2;
  }
  if (Number.parseInt(process.versions.node, 10) < 22) setFlagsFromString('--experimental-wasm-relaxed-simd');
  const where = machine();
  const { quick, cpu } = values;
  if (cpu) useProcessorTime();
  if (!values.json)
    console.log(
      machineLine(where) +
        (quick ? '\nquick: few repetitions, not to be quoted' : '') +
        (cpu ? '\nprocessor time, one thread' : ''),
    );
  for (const one of benchmarks.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
    if (!values.json) console.log(heading(one));
    for await (const result of one.run({ quick, ...(values.size === undefined ? {} : { sizes: values.size }) })) {
      console.log(
        values.json
          ? JSON.stringify({
              benchmark: one.name,
              ...result,
              ...(quick ? { quick } : {}),
              ...(cpu ? { cpu } : {}),
              machine: where,
            })
          : row(result),
      );
    }
  }
  return 0;
}

/** What a shell gives a program whose reader has gone, as `head` goes after its lines. */
const UNREAD = 141;

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(UNREAD); // peers end when their input does
});
process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  return 2;
});
