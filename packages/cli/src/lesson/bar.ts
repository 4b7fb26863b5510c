import { Presets, SingleBar } from 'cli-progress';

/** How far a claim is, where somebody sees it. */
export interface ProgressBar {
  update(what: string, part: number): void;
  /** Removes it, so that a result can be printed. */
  clear(): void;
}

/** A bar on a terminal; elsewhere a line when something new begins, on the same stream. */
export function progressBar(stream: NodeJS.WriteStream): ProgressBar {
  if (stream.isTTY !== true) return beginnings(stream);
  let bar: SingleBar | undefined;
  return {
    update(what, part) {
      if (bar === undefined) {
        // gracefulExit: it would take Ctrl-C for itself and go on.
        const options = {
          format: '  {what} {bar} {percentage} %',
          clearOnComplete: true,
          gracefulExit: false,
          hideCursor: null,
          stream,
        };
        bar = new SingleBar(options, Presets.shades_classic);
        bar.start(1000, 0, { what });
      }
      bar.update(Math.floor(part * 1000), { what });
    },
    clear() {
      bar?.stop();
      bar = undefined;
    },
  };
}

function beginnings(stream: NodeJS.WritableStream): ProgressBar {
  let told = '';
  return {
    update(what) {
      if (what !== told) stream.write(`measuring ${what}\n`);
      told = what;
    },
    clear: () => undefined,
  };
}
