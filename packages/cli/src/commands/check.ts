import { resolve } from 'node:path';
import { type CommandDef, defineCommand } from 'citty';
import { answerClaims, claimTexts } from '../check/answer-claims.ts';
import { CheckError } from '../check/errors.ts';
import type { Facts } from '../check/facts.ts';
import { loadSubjects } from '../check/load.ts';
import type { CheckOptions } from '../check/options.ts';
import { runCheck } from '../check/run.ts';
import { silent, terminal } from '../check/terminal/listener.ts';
import { print } from '../check/terminal/print.ts';
import { type Style, styleFor } from '../check/terminal/style.ts';
import { renderVerdict } from '../check/terminal/verdict.ts';
import {
  canonicalJson,
  hashFacts,
  type LiveSource,
  loadLiveCode,
  renderReport,
  runContext,
  writeReport,
} from '../report/index.ts';
import { integerOption, UsageError } from '../usage.ts';
import { explainFailure } from '../user-file/errors.ts';
import { callerFolder } from '../user-file/load.ts';
import { checkModel, refuseStray } from './check-weights.ts';

const command = defineCommand({
  args: {
    file: {
      type: 'positional',
      required: false,
      description: 'A file whose default export is a cell. Without one: rnn, lstm and gru.',
    },
    seed: { type: 'string', default: '7', description: 'All randomness derives from it.' },
    h: { type: 'string', default: '16', description: 'Hidden units.' },
    t: { type: 'string', default: '60', description: 'Steps of a sequence.' },
    train: {
      type: 'boolean',
      default: true,
      description: 'Train, and search a remedy.',
      negativeDescription: 'Sections 1 to 3 only.',
    },
    claim: {
      type: 'string',
      description: 'A claim to answer, and nothing else; may be repeated. Without it, those that the file exports.',
    },
    weights: {
      type: 'string',
      description: 'A trained model, a .safetensors file: of throughline train --save, of PyTorch, of Keras.',
    },
    text: { type: 'string', description: 'With --weights: a text to run it on.' },
    data: { type: 'string', description: 'With --weights: a .npy file to run it on, [T, B, I] or [T, I].' },
    prefix: { type: 'string', description: 'With --weights: where in the file the recurrent layer is.' },
    nonlinearity: { type: 'string', description: 'With --weights: tanh or relu, of a plain RNN.' },
    json: { type: 'boolean', default: false, description: 'All facts as JSON on standard output, and nothing else.' },
    report: {
      type: 'string',
      default: 'throughline-report.html',
      description: 'Where the HTML report goes; --no-report for none.',
    },
  },
  run: ({ args, rawArgs }) => check(args as unknown as Given, rawArgs), // as declared above
});
export default command as unknown as CommandDef; // citty's type of args is exact where its own default is not

/** The arguments as they were given. */
export interface Given {
  readonly _: readonly string[];
  readonly file?: string;
  readonly seed: string;
  readonly h: string;
  readonly t: string;
  readonly train: boolean;
  readonly weights?: string;
  readonly text?: string;
  readonly data?: string;
  readonly prefix?: string;
  readonly nonlinearity?: string;
  readonly json: boolean;
  readonly report: string | boolean;
}

async function check(given: Given, words: readonly string[]): Promise<number> {
  Error.stackTraceLimit = 100;
  const started = new Date();
  const claims = claimTexts(words);
  if (claims.length > 0) return await answerClaims(given, claims, words);
  const report = reportPath(given, words);
  const style = styleFor(process.stdout.isTTY === true, process.env.NO_COLOR);
  const found =
    given.weights === undefined ? await checkCells(given, words, style) : await checkModel(given, words, style);
  const { facts, live } = found;
  if (report !== null)
    await uninterrupted(async () => {
      const page = live && { source: live, code: await loadLiveCode() };
      await writeReport(report, await renderReport(facts, runContext(['check', ...words], started), page));
    });
  if (given.json) print(canonicalJson(facts));
  else
    print(
      renderVerdict(
        facts.verdict,
        { report: report === null ? null : given.report.toString(), hash: hashFacts(facts), args: words },
        style,
      ).join('\n'),
    );
  return facts.verdict.exitCode;
}

/** What was found, and what the report's page can compute again of it. */
interface Found {
  readonly facts: Facts;
  readonly live: LiveSource | null;
}

/** A cell, or ours, as they start. */
async function checkCells(given: Given, words: readonly string[], style: Style): Promise<Found> {
  refuseStray(words);
  const options = optionsFrom(given);
  const subjects = await loadSubjects(options);
  const shown = given.json ? silent : terminal(options, style);
  try {
    const facts = await runCheck(subjects, options, shown.listener);
    return { facts, live: liveSource(facts, options) };
  } catch (error) {
    throw options.file === null || error instanceof CheckError ? error : inFile(options.file, error);
  } finally {
    shown.stop();
  }
}

/** What the report's page can compute again: our own cells, whose code it carries. */
const liveSource = ({ settings, cells }: Facts, { file }: CheckOptions): LiveSource => ({
  settings,
  beside: file === null ? null : (cells[1]?.hidden ?? settings.hidden),
});

/** What a user's step threw, with the line of the file; our own frames are many, so that more of them are kept. */
const inFile = (file: string, error: unknown): Error => explainFailure(resolve(callerFolder(), file), file, error);

function optionsFrom(given: Given): CheckOptions {
  if (given._.length > 1) throw new UsageError(`check takes one file, got ${given._.join(' ')}.`);
  const steps = integerOption('t', given.t, 1, 2000);
  if (steps === 1 && given.train) {
    throw new UsageError(
      '--t 1 leaves nothing to remember, so there is nothing to train. Add --no-train, or give --t 2 or more.',
    );
  }
  return {
    file: given.file ?? null,
    seed: integerOption('seed', given.seed, 0, Number.MAX_SAFE_INTEGER),
    hidden: integerOption('h', given.h, 1, 256),
    steps,
    train: given.train,
  };
}

/** Against the folder the command was called from; null for --no-report. With --json a report is written when it is named. */
function reportPath({ report, json }: Given, words: readonly string[]): string | null {
  if (report === false || words.includes('--no-report')) return null;
  const named = words.some((word) => word === '--report' || word.startsWith('--report='));
  if (named && (typeof report !== 'string' || report === '')) throw new UsageError('--report needs a path.');
  return json && !named ? null : resolve(callerFolder(), String(report));
}

/** Runs to its end even when Ctrl-C is pressed meanwhile; then that is obeyed. */
async function uninterrupted(work: () => Promise<void>): Promise<void> {
  let interrupted = false;
  const remember = (): void => {
    interrupted = true;
  };
  process.once('SIGINT', remember);
  await work().finally(() => process.off('SIGINT', remember));
  if (interrupted) process.exit(130);
}
