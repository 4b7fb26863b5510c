import cliProgress from 'cli-progress';
import type { Progress, Told } from './teach.ts';

/** Where a training is told. */
export interface Teller {
  tell(told: Told): void;
  /** Whatever ended the training, it ends here. */
  close(): void;
}

/** What is known before the first step. */
export interface Facts {
  readonly cell: string;
  readonly text: string;
  readonly characters: number;
  readonly sha256: string;
  readonly seed: number;
  readonly h: number;
  readonly batch: number;
  readonly t: number;
  readonly steps: number;
  readonly rate: number;
  readonly clip: number;
  readonly uniformBits: number;
  readonly unigramBits: number;
}

/** One line of JSON for each event. Nothing in it depends on time, so that runs can be compared. */
export const jsonTeller = (facts: Facts, write: (line: string) => void): Teller => ({
  tell(told) {
    write(JSON.stringify(told.type === 'start' ? { ...told, ...facts } : told));
  },
  close() {},
});

/** Lines for people, and for files. */
export function lineTeller(facts: Facts, write: (line: string) => void): Teller {
  return {
    tell(told) {
      switch (told.type) {
        case 'start':
          for (const line of header(facts, told)) write(line);
          write(' step     train  held out');
          break;
        case 'step':
          break;
        case 'evaluate':
          write(row(told));
          break;
        case 'saved':
          write(`saved     ${told.file} · ${told.bytes} bytes`);
          break;
        case 'sample':
          write(`sample    ${JSON.stringify(told.prompt)} →`);
          write(told.prompt + told.text);
          break;
        default:
          for (const line of ending(facts, told)) write(line);
      }
    },
    close() {},
  };
}

/** A bar while it trains, for terminals; the rest as lines. */
export function barTeller(facts: Facts, write: (line: string) => void, stream: NodeJS.WritableStream): Teller {
  const lines = lineTeller(facts, write);
  const bar = new cliProgress.SingleBar({
    format: '{bar} {value}/{total}   {train} bits per character   held out {held}   {eta_formatted} left',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    clearOnComplete: true,
    stream,
  });
  const payload = { train: '–', held: '–' };
  let isOn = false;
  const stop = (): void => {
    if (isOn) bar.stop();
    isOn = false;
  };
  return {
    tell(told) {
      if (told.type === 'start') {
        for (const line of header(facts, told)) write(line);
        bar.start(facts.steps, 0, payload);
        isOn = true;
      } else if (told.type === 'step') bar.update(told.step, { ...payload, train: show(told.bits) });
      else if (told.type === 'evaluate') payload.held = show(told.heldOutBits);
      else {
        stop();
        lines.tell(told);
      }
    },
    close: stop,
  };
}

function header(facts: Facts, { vocabulary, parameters }: Extract<Told, { type: 'start' }>): string[] {
  const { cell, text, characters, sha256, seed, h, batch, t, steps, rate, clip } = facts;
  return [
    `throughline train · ${cell} · H ${h} · T ${t} · batch ${batch} · ${steps} steps · Adam ${rate} · clip ${clip} · seed ${seed}`,
    `text      ${text} · ${characters} characters · vocabulary ${vocabulary} · sha256 ${sha256.slice(0, 12)}`,
    `model     ${parameters} parameters: embedding, ${cell}, linear`,
    `baseline  uniform ${show(facts.uniformBits)} · unigram ${show(facts.unigramBits)}   bits per character, as all below`,
  ];
}

const row = ({ step, trainBits, heldOutBits }: Progress<string>): string =>
  `${String(step).padStart(5)}  ${show(trainBits).padStart(8)}  ${show(heldOutBits).padStart(8)}`;

function ending({ steps, unigramBits }: Facts, told: Progress<string> & { readonly message?: string }): string[] {
  const { type, step, trainBits, heldOutBits } = told;
  const bits = heldOutBits ?? trainBits;
  const where = heldOutBits === null ? 'on its own text (too short to hold any out)' : 'held out';
  const lead = type === 'done' ? `after ${step} steps` : `stopped after ${step} of ${steps} steps`;
  const why = told.message === undefined ? [] : [`diverged  ${told.message} Try a smaller --rate.`];
  if (bits === null || !Number.isFinite(bits)) return [...why, `result    ${lead}: nothing measured`];
  const gain = unigramBits - bits;
  const verdict = gain > 0 ? `${show(gain)} below` : `${show(-gain)} above`;
  return [...why, `result    ${lead}: ${show(bits)} ${where}, ${verdict} the unigram entropy`];
}

const show = (bits: number | null): string => (bits === null ? '–' : bits.toFixed(3));
