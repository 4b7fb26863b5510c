import type { Facts } from '../check/facts.ts';
import type { Style } from '../check/terminal/style.ts';
import { weightsTerminal } from '../check/terminal/weights.ts';
import { loadModel } from '../check/weights/load.ts';
import { runWeightsCheck } from '../check/weights/run.ts';
import { integerOption, UsageError } from '../usage.ts';
import type { Given } from './check.ts';

/** `throughline check --weights FILE`: the four questions, of a trained model. */
export async function checkModel(
  given: Given,
  words: readonly string[],
  style: Style,
): Promise<{ readonly facts: Facts; readonly live: null }> {
  const { weights, text, data, prefix, nonlinearity } = given;
  const [cell = null, ...more] = given._;
  if (more.length > 0) throw new UsageError(`check --weights takes one cell, got ${given._.join(' ')}.`);
  if (weights === undefined || weights === '') throw new UsageError('--weights needs a .safetensors file.');
  if (text !== undefined && data !== undefined)
    throw new UsageError('--text and --data are two inputs. Give one of them.');
  if (has(words, 'h'))
    throw new UsageError('--h goes without --weights: the file says how many hidden units there are.');
  if (nonlinearity !== undefined && nonlinearity !== 'tanh' && nonlinearity !== 'relu') {
    throw new UsageError(`--nonlinearity ${nonlinearity} is neither tanh nor relu.`);
  }
  const steps = integerOption('t', given.t, 1, 2000);
  const seed = integerOption('seed', given.seed, 0, Number.MAX_SAFE_INTEGER);
  const model = await loadModel({ path: weights, cell, prefix, nonlinearity });
  const listener = given.json ? {} : weightsTerminal(style);
  return { facts: await runWeightsCheck(model, { text, data, steps, seed }, listener), live: null };
}

/** Options that only mean something beside --weights. */
export function refuseStray(words: readonly string[]): void {
  const stray = ['text', 'data', 'prefix', 'nonlinearity'].find((name) => has(words, name));
  if (stray !== undefined) throw new UsageError(`--${stray} goes with --weights: name a trained model.`);
}

const has = (words: readonly string[], name: string): boolean =>
  words.some((word) => word === `--${name}` || word.startsWith(`--${name}=`));
