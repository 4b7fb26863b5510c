import { defineCommand } from 'citty';
import { styleFor } from '../check/terminal/style.ts';
import { printDependence } from '../explain/dependence.ts';
import { explain } from '../index.ts';
import { UsageError } from '../usage.ts';
import { loadCell } from '../user-file/cell.ts';

export default defineCommand({
  meta: {
    name: 'explain',
    description: 'Print a cell as mathematics: its step, its backward pass, its memory, and what depends on what.',
  },
  args: {
    file: {
      type: 'positional',
      description: 'A file whose default export is a cell, or rnn, lstm, gru',
      default: 'lstm',
    },
  },
  async run({ args }) {
    if (args._.length > 1) throw new UsageError(`explain takes one cell, got ${args._.join(' ')}.`);
    const cell = await loadCell(args.file);
    const style = styleFor(process.stdout.isTTY === true, process.env.NO_COLOR);
    console.log(`${explain(cell)}\n\n${printDependence(cell, style)}`);
  },
});
