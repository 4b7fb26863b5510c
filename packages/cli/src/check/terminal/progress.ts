import { Presets, SingleBar } from 'cli-progress';

/** Shows how far the trainings are. */
export interface ProgressLine {
  update(made: number, of: number): void;
  /** Removes the bar; what follows starts on a line of its own. */
  stop(): void;
}

/** A bar on a terminal; elsewhere a plain line at every quarter, on the error stream, so that output stays what was asked for. */
export function progressLine(isTerminal: boolean, say: (text: string) => void): ProgressLine {
  if (!isTerminal) return plainLines(say);
  const bar = new SingleBar(
    {
      format: '  training {bar} {value}/{total} updates',
      clearOnComplete: true,
      // It would take Ctrl-C for itself and go on.
      gracefulExit: false,
      hideCursor: null,
      stream: process.stderr,
    },
    Presets.shades_classic,
  );
  let started = false;
  return {
    update(made, of) {
      if (!started) bar.start(of, made);
      started = true;
      bar.update(made);
    },
    stop: () => bar.stop(),
  };
}

function plainLines(say: (text: string) => void): ProgressLine {
  let quarter = 0;
  return {
    update(made, of) {
      const now = Math.floor((4 * made) / of);
      if (now <= quarter) return;
      quarter = now;
      say(`training: ${made} of ${of} updates`);
    },
    stop: () => undefined,
  };
}
