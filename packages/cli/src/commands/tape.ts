import { defineCommand } from 'citty';
import { add, tensor } from '../index.ts';
import { printTape } from '../tape/print.ts';
import { formats, programText } from '../tape/program.ts';
import { recordSteps, sweepSteps } from '../tape/record.ts';
import { integerOption, UsageError } from '../usage.ts';
import { loadCell } from '../user-file/cell.ts';

export default defineCommand({
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
    format: {
      type: 'string',
      description: 'values (default), or the steps as a Program: text, latex, dot, folded, folded-latex, folded-dot',
      default: 'values',
    },
  },
  async run({ args }) {
    const settings = {
      steps: integerOption('steps', args.steps, 1, 1000),
      hidden: integerOption('h', args.h, 1, 1024),
      inputs: integerOption('i', args.i, 1, 1024),
      seed: integerOption('seed', args.seed, 0, Number.MAX_SAFE_INTEGER),
    };
    const format = formats.find((one) => one === args.format);
    if (format === undefined) throw new UsageError(`--format is "${args.format}". Use ${formats.join(', ')}.`);
    const cell = await loadCell(args.file);
    if (format !== 'values') {
      console.log(programText(cell, settings, format));
      return;
    }
    const recorded = recordSteps(cell, settings);
    console.log(printTape(cell.name, settings, recorded, sweepSteps(recorded, add, tensor(1))));
  },
});
