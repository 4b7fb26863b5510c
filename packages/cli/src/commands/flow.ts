import { defineCommand } from 'citty';
import { styleFor } from '../check/terminal/style.ts';
import { measureFlow } from '../flow/measure.ts';
import { printFlow } from '../flow/print.ts';
import { canonicalJson } from '../report/index.ts';
import { integerOption, UsageError } from '../usage.ts';
import { loadCell } from '../user-file/cell.ts';

export default defineCommand({
  args: {
    file: {
      type: 'positional',
      description: 'A file whose default export is a cell, or rnn, lstm, gru',
      default: 'lstm',
    },
    t: { type: 'string', description: 'Steps', default: '60' },
    h: { type: 'string', description: 'Hidden units', default: '16' },
    i: { type: 'string', description: 'Inputs', default: '2' },
    batch: { type: 'string', description: 'Sequences side by side', default: '1' },
    seed: { type: 'string', description: 'Seed of parameters and inputs', default: '7' },
    json: { type: 'boolean', description: 'All norms as JSON, and nothing else', default: false },
  },
  async run({ args }) {
    if (args._.length > 1) throw new UsageError(`flow takes one cell, got ${args._.join(' ')}.`);
    const settings = {
      steps: integerOption('t', args.t, 1, 100_000),
      hidden: integerOption('h', args.h, 1, 1024),
      inputs: integerOption('i', args.i, 1, 1024),
      batch: integerOption('batch', args.batch, 1, 1024),
      seed: integerOption('seed', args.seed, 0, Number.MAX_SAFE_INTEGER),
    };
    const cell = await loadCell(args.file);
    const flow = measureFlow(cell, settings);
    const style = styleFor(process.stdout.isTTY === true, process.env.NO_COLOR);
    console.log(
      args.json
        ? canonicalJson({ cell: cell.name, ...settings, ...flow })
        : printFlow(cell.name, settings, flow, style),
    );
  },
});
