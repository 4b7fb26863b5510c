// The command line: its words, error texts and exit codes.
import { type CommandDef, defineCommand, renderUsage, runCommand } from 'citty';
import { UsageError, unknownFlag } from './usage.ts';
import { version } from './version.ts';

// Each command is imported when it is asked for, so that help answers at once.
const commands: Readonly<Record<string, () => Promise<CommandDef>>> = {
  check: () => import('./commands/check.ts').then(erase),
  explain: () => import('./commands/explain.ts').then(erase),
  flow: () => import('./commands/flow.ts').then(erase),
  lesson: () => import('./commands/lesson.ts').then(erase),
  new: () => import('./commands/new.ts').then(erase),
  read: () => import('./commands/read.ts').then(erase),
  run: () => import('./commands/run.ts').then(erase),
  tape: () => import('./commands/tape.ts').then(erase),
  train: () => import('./commands/train.ts').then(erase),
};

/** A command whose arguments are forgotten: citty hands each run the arguments that its own definition names. */
function erase(module: { readonly default: unknown }): CommandDef {
  return module.default as CommandDef; // each commands/ file exports one
}

const throughline = defineCommand({
  meta: { name: 'throughline', version, description: 'Write, see and prove recurrent nets.' },
  subCommands: { ...commands },
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
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load === undefined) {
    throw new UsageError(`there is no command "${name}". Commands are ${Object.keys(commands).join(', ')}.`);
  }
  const command = await load();
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
