// The command line: its words, error texts and exit codes.
import { type CommandDef, defineCommand, renderUsage, runCommand } from 'citty';
import { UsageError, unknownFlag } from './usage.ts';
import { version } from './version.ts';

/** A command: what it is for, and where it is. It is imported when it is called, so that help answers at once. */
interface Entry {
  readonly description: string;
  readonly load: () => Promise<CommandDef>;
}

const commands: Readonly<Record<string, Entry>> = {
  check: {
    description: 'Checks a cell: its gradients, its belt, how far the gradient reaches, what it learns.',
    load: () => import('./commands/check.ts').then(erase),
  },
  explain: {
    description:
      'Print a cell as mathematics: its step, its backward pass, its memory, and what depends on what. With --compiled, what becomes of its training step: loops, products, rewrites, memory.',
    load: () => import('./commands/explain.ts').then(erase),
  },
  flow: {
    description: 'Show how much of a loss’s gradient reaches each step, along every line of a cell.',
    load: () => import('./commands/flow.ts').then(erase),
  },
  lesson: {
    description: 'The sentences of the recurrent lesson as experiments, each to a measured verdict.',
    load: () => import('./commands/lesson.ts').then(erase),
  },
  new: {
    description: 'Write a cell of your own to start from, its tests, and its claims in numbers.',
    load: () => import('./commands/new.ts').then(erase),
  },
  read: {
    description: 'Train a character LSTM on a program text, and look for units that can be read.',
    load: () => import('./commands/read.ts').then(erase),
  },
  run: {
    description: 'Run a TypeScript file of yours: a script, or tests written with node:test.',
    load: () => import('./commands/run.ts').then(erase),
  },
  tape: {
    description: 'Print the tape of a few steps: values, cotangents in sweep order, running sums.',
    load: () => import('./commands/tape.ts').then(erase),
  },
  train: {
    description: 'Train a character model on a text and let it write, or a cell on a task.',
    load: () => import('./commands/train.ts').then(erase),
  },
};

/** A command whose arguments are forgotten: citty hands each run the arguments that its own definition names. */
function erase(module: { readonly default: unknown }): CommandDef {
  return module.default as CommandDef; // each commands/ file exports one
}

const throughline = defineCommand({
  meta: { name: 'throughline', version, description: 'Write, see and prove recurrent nets.' },
  subCommands: Object.fromEntries(
    Object.entries(commands).map(([name, { description }]) => [name, { meta: { name, description } }]),
  ),
});

/** Runs the command line, and says what went wrong. The result is the exit code: 0 all well, 1 a claim refuted, 2 could not run. */
export async function main(words: readonly string[]): Promise<number> {
  try {
    return await run(words);
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    console.error(process.env.DEBUG === undefined ? `throughline: ${message}` : stack);
    return 2;
  }
}

async function run(words: readonly string[]): Promise<number> {
  const [name = '--help', ...rest] = words;
  if (name === '--version' || name === '-v') return print(`throughline ${version}`);
  if (name === '--help' || name === '-h') return print(await renderUsage(throughline));
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (entry === undefined) {
    throw new UsageError(`there is no command "${name}". Commands are ${Object.keys(commands).join(', ')}.`);
  }
  const command: CommandDef = { ...(await entry.load()), meta: { name, description: entry.description } };
  if (rest.includes('--help') || rest.includes('-h')) return print(await renderUsage(command, throughline));
  const stray = await unknownFlag(command, rest);
  if (stray !== undefined) throw new UsageError(`${name} has no option ${stray}. See throughline ${name} --help.`);
  const { result } = await runCommand(command, { rawArgs: [...rest] });
  return typeof result === 'number' ? result : 0;
}

function print(text: string): number {
  console.log(text);
  return 0;
}
