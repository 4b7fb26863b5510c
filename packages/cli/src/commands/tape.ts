import { defineCommand } from 'citty';
import { add, tensor } from '../index.ts';
import { printTape } from '../tape/print.ts';
import { recordSteps, sweepSteps } from '../tape/record.ts';
import { integerOption } from '../usage.ts';
import { loadCell } from '../user-file/cell.ts';

export default defineCommand({
  meta: {
    name: 'tape',
    description: 'Print the tape of a few steps: values, cotangents in sweep order, running sums.',
  },
  args: {
    file: {
      type: 'positional',
      description: 'A file whose default export is a cell, or rnn, lstm, gru',
      default: 'lstm',
    },
    steps: { type: 'string', description: 'Steps to run', default: '2' },
    h: { type: 'string', description: 'Hidden units', default: '2' },
    i: { type: 'string', description: 'Inputs', default: '1' },
    seed: { type: 'string', description: 'Seed of parameters and inputs', default: '7' },
  },
  async run({ args }) {
    const settings = {
      steps: integerOption('steps', args.steps, 1, 1000),
      hidden: integerOption('h', args.h, 1, 1024),
      inputs: integerOption('i', args.i, 1, 1024),
      seed: integerOption('seed', args.seed, 0, Number.MAX_SAFE_INTEGER),
    };
    const cell = await loadCell(args.file);
    const recorded = recordSteps(cell, settings);
    console.log(printTape(cell.name, settings, recorded, sweepSteps(recorded, add, tensor(1))));
  },
});
