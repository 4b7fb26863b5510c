/** How a terminal shows emphasis; the identity where there are no colours. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
}

const sgr =
  (code: number) =>
  (text: string): string =>
    `\u001b[${code}m${text}\u001b[0m`;

const same = (text: string): string => text;

export const plain: Style = { bold: same, dim: same, good: same, bad: same };
export const coloured: Style = { bold: sgr(1), dim: sgr(2), good: sgr(32), bad: sgr(31) };

/** Colours on a terminal, unless NO_COLOR is set to anything (https://no-color.org). */
export const styleFor = (isTerminal: boolean, noColor: string | undefined): Style =>
  isTerminal && (noColor === undefined || noColor === '') ? coloured : plain;

export const mark = (holds: boolean, style: Style): string => (holds ? style.good('✓') : style.bad('✗'));

/** Columns padded to a width, counted in characters: marks and letters are one wide. */
export const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - [...text].length));
export const padStart = (text: string, width: number): string =>
  ' '.repeat(Math.max(0, width - [...text].length)) + text;
