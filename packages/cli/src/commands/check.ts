import { type CommandDef, defineCommand } from 'citty';
import type { CheckOptions } from '../check/options.ts';
import { runCheck } from '../check/run.ts';
import { builtInSubjects } from '../check/subjects.ts';
import { renderBelt } from '../check/terminal/belt.ts';
import { renderGradients } from '../check/terminal/gradients.ts';
import { renderHeader } from '../check/terminal/header.ts';
import { styleFor } from '../check/terminal/style.ts';
import { integerOption } from '../usage.ts';

const command = defineCommand({
  meta: {
    name: 'check',
    description: 'Checks a cell: its gradients, its belt, how far the gradient reaches, what it learns.',
  },
  args: {
    file: {
      type: 'positional',
      required: false,
      description: 'a file whose default export is a cell; rnn, lstm and gru without one',
    },
    seed: { type: 'string', default: '7', description: 'what all randomness derives from' },
    h: { type: 'string', default: '16', description: 'hidden units' },
    t: { type: 'string', default: '60', description: 'steps' },
  },
  async run({ args }) {
    const options: CheckOptions = {
      file: null,
      seed: integerOption('seed', String(args['seed']), 0, Number.MAX_SAFE_INTEGER),
      hidden: integerOption('h', String(args['h']), 1, 512),
      steps: integerOption('t', String(args['t']), 1, 2000),
      train: false,
    };
    const style = styleFor(process.stdout.isTTY === true, process.env['NO_COLOR']);
    const show = (lines: readonly string[]): void => console.log(`${lines.join('\n')}\n`);
    const facts = await runCheck(builtInSubjects(options.hidden, options.steps), options, {
      settings: (settings, cells) => show(renderHeader(settings, cells, style)),
      gradients: (cells) => show(renderGradients(cells, true, style)),
      belt: (cells) => show(renderBelt(cells, options.steps, style)),
    });
    console.log(`verdict  ${facts.verdict.sentences.join(' · ')}`);
    return facts.verdict.exitCode;
  },
});
export default command as unknown as CommandDef; // citty's type of args is exact where its own default is not
