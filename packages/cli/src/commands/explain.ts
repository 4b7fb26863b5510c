import { type CommandDef, defineCommand } from 'citty';
import { styleFor } from '../check/terminal/style.ts';
import { reportCell, type StepSizes } from '../explain/compiled.ts';
import { printDependence } from '../explain/dependence.ts';
import { type AnyCell, explain } from '../index.ts';
import { canonicalJson } from '../report/index.ts';
import { integerOption, UsageError } from '../usage.ts';
import { loadCell } from '../user-file/cell.ts';

const command = defineCommand({
  args: {
    file: {
      type: 'positional',
      description: 'A file whose default export is a cell, or rnn, lstm, gru',
      default: 'lstm',
    },
    compiled: { type: 'boolean', description: 'Report on the compiled training step instead', default: false },
    profile: { type: 'boolean', description: 'With --compiled: times by kernel, and by line of the cell' },
    json: { type: 'boolean', description: 'With --compiled: the data as JSON, and nothing else' },
    t: { type: 'string', description: 'With --compiled: steps (32 if not given)' },
    batch: { type: 'string', description: 'With --compiled: sequences side by side (16)' },
    i: { type: 'string', description: 'With --compiled: inputs (16)' },
    h: { type: 'string', description: 'With --compiled: hidden units (32)' },
    dtype: { type: 'string', description: 'With --compiled: float32 (the default) or float64' },
  },
  run: ({ args }) => run(args as unknown as Given), // as declared above
});
export default command as unknown as CommandDef; // citty's type of args is exact where its own default is not

/** The arguments as they were given. */
interface Given {
  readonly _: readonly string[];
  readonly file: string;
  readonly compiled: boolean;
  readonly profile?: boolean;
  readonly json?: boolean;
  readonly t?: string;
  readonly batch?: string;
  readonly i?: string;
  readonly h?: string;
  readonly dtype?: string;
}

async function run(given: Given): Promise<void> {
  if (given._.length > 1) throw new UsageError(`explain takes one cell, got ${given._.join(' ')}.`);
  const sizes = sizesFrom(given);
  const cell = await loadCell(given.file);
  if (given.compiled) return console.log(compiledText(cell, sizes, given));
  const style = styleFor(process.stdout.isTTY === true, process.env.NO_COLOR);
  console.log(`${explain(cell)}\n\n${printDependence(cell, style)}`);
}

/** @throws UsageError when one is no size, or stands without --compiled. */
function sizesFrom(given: Given): StepSizes {
  const { compiled, t = '32', batch = '16', i = '16', h = '32', dtype = 'float32' } = given;
  const stray = (['profile', 'json', 't', 'batch', 'i', 'h', 'dtype'] as const).find((name) => given[name]);
  if (!compiled && stray !== undefined) throw new UsageError(`--${stray} needs --compiled: nothing else is computed.`);
  if (dtype !== 'float32' && dtype !== 'float64')
    throw new UsageError(`--dtype ${dtype} is neither float32 nor float64.`);
  return {
    steps: integerOption('t', t, 1, 100_000),
    batch: integerOption('batch', batch, 1, 1024),
    inputs: integerOption('i', i, 1, 1024),
    hidden: integerOption('h', h, 1, 1024),
    dtype,
  };
}

function compiledText(cell: AnyCell, sizes: StepSizes, { profile: timed = false, json = false }: Given): string {
  const { report, profile } = reportCell(cell, sizes, timed);
  if (!json) return [report, ...(profile === null ? [] : ['', profile])].join('\n');
  const { runs, ms, rows, lines } = profile ?? {};
  const form = report.forms[0] ?? null;
  return canonicalJson({ cell: cell.name, ...sizes, form, ...(profile && { profile: { runs, ms, rows, lines } }) });
}
