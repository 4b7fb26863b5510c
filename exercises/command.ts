import { parseArgs } from 'node:util';
import { NotYet } from './kit.ts';
import { type Entry, entries, loadAnswer, loadExercise, type Which } from './list.ts';

/** Prints a line. */
type Print = (line: string) => void;

const usage = `npm run exercise [N] [-- --hint [K]] [-- --solution], N from 1 to ${entries.length}`;

/** What is wrong with an answer, null if nothing is, with what it shows. */
async function judge(entry: Entry, which: Which): Promise<{ readonly holds: boolean; readonly text: string }> {
  const { check } = await loadExercise(entry);
  try {
    return { holds: true, text: check(await loadAnswer(entry, which)) };
  } catch (error) {
    return { holds: false, text: error instanceof NotYet ? error.message : thrown(error, entry) };
  }
}

/** An error of the student's code, with the line of their file that threw it. */
function thrown(error: unknown, { folder }: Entry): string {
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  const line = new RegExp(`${folder}/exercise\\.ts:(\\d+)`).exec(stack)?.[1];
  return line === undefined ? `it threw: ${message}` : `line ${line} threw: ${message}`;
}

async function list(print: Print): Promise<number> {
  for (const entry of entries) {
    const { title, minutes } = await loadExercise(entry);
    const { holds } = await judge(entry, 'exercise');
    print(
      `${holds ? '✓' : '·'} ${entry.number}  ${title.padEnd(26)} ${minutes} min  exercises/${entry.folder}/exercise.ts`,
    );
  }
  print('\nOpen the file, read what it asks, mend it, then: npm run exercise 1');
  return 0;
}

async function checkOne(entry: Entry, which: Which, print: Print): Promise<number> {
  const { title, hints } = await loadExercise(entry);
  const { holds, text } = await judge(entry, which);
  print(`exercise ${entry.number}: ${title}\n${holds ? '✓' : '✗'} ${text}`);
  const next = entries.find(({ number }) => number === entry.number + 1);
  if (holds) print(next ? `next   npm run exercise ${next.number}` : 'That was the last one.');
  else {
    print(`file   exercises/${entry.folder}/${which}.ts`);
    print(`hint   npm run exercise ${entry.number} -- --hint    (there are ${hints.length})`);
  }
  return holds ? 0 : 1;
}

async function giveHints(entry: Entry, count: number, print: Print): Promise<number> {
  const { hints } = await loadExercise(entry);
  for (const [i, hint] of hints.slice(0, count).entries()) print(`${i + 1}  ${hint}`);
  if (count < hints.length) print(`next   npm run exercise ${entry.number} -- --hint ${count + 1}`);
  else print(`That is all. The solution is exercises/${entry.folder}/solution.ts.`);
  return 0;
}

/**
 * `npm run exercise WORDS`: 0 when all is well, 1 when an exercise is not solved.
 * @throws Error with the usage when the words are no such command.
 */
export async function exerciseCommand(words: readonly string[], print: Print): Promise<number> {
  const options = { hint: { type: 'boolean' }, solution: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true });
  const [number, count = '1', ...others] = positionals;
  if (number === undefined && values.hint !== true) return await list(print);
  const entry = entries.find((one) => one.number === Number(number));
  if (entry === undefined || others.length > 0 || !/^[1-9]\d*$/.test(count)) throw new Error(usage);
  if (values.hint === true) return await giveHints(entry, Number(count), print);
  return await checkOne(entry, values.solution === true ? 'solution' : 'exercise', print);
}
