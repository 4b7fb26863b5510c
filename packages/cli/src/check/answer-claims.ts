import { claim as readClaim } from '@throughline/rnn/claims';
import { canonicalJson } from '../report/index.ts';
import { integerOption, UsageError } from '../usage.ts';
import { loadCell } from '../user-file/cell.ts';
import { checkClaims } from './sections/claims.ts';
import { renderClaims } from './terminal/claims.ts';
import { print } from './terminal/print.ts';
import { styleFor } from './terminal/style.ts';

/** Every `--claim`, in order. */
export function claimTexts(words: readonly string[]): string[] {
  return words.flatMap((word, i) => {
    if (word.startsWith('--claim=')) return [word.slice('--claim='.length)];
    if (word !== '--claim') return [];
    const text = words[i + 1];
    if (text === undefined || text.trim() === '')
      throw new UsageError("--claim needs a claim, as in --claim '0 <= f[t] <= 1'.");
    return [text];
  });
}

/** What of the command line concerns claims. */
interface Given {
  readonly file?: string;
  readonly seed: string;
  readonly h: string;
  readonly t: string;
  readonly json: boolean;
}

/** Answers claims about one cell, and nothing else: no trainings, no report. The result is the exit code. */
export async function answerClaims(given: Given, texts: readonly string[], words: readonly string[]): Promise<number> {
  if (given.file === undefined) throw new UsageError('--claim needs a cell: a file, or rnn, lstm, gru.');
  const claims = texts.map((text) => readClaim(text));
  const cell = await loadCell(given.file);
  const named = (flag: string): boolean => words.some((word) => word === flag || word.startsWith(`${flag}=`));
  const options = {
    seed: integerOption('seed', given.seed, 0, Number.MAX_SAFE_INTEGER),
    ...(named('--t') ? { T: integerOption('t', given.t, 1, 2000) } : {}),
    ...(named('--h') ? { dims: { H: integerOption('h', given.h, 1, 256) } } : {}),
  };
  const answers = checkClaims(cell, claims, options);
  const style = styleFor(process.stdout.isTTY === true, process.env.NO_COLOR);
  print(given.json ? canonicalJson(answers) : renderClaims(answers, style, cell.name).join('\n'));
  return answers.every(({ holds }) => holds) ? 0 : 1;
}
