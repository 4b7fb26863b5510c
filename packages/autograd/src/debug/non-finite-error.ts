import type { Label } from '../program.ts';

/** Why a NaN or an infinity appeared. */
export type NonFiniteCause =
  | 'inactive where branch'
  | 'sqrt at 0'
  | 'sqrt of a negative number'
  | 'log of 0'
  | 'log of a negative number'
  | '0·∞'
  | '∞−∞'
  | '∞/∞'
  | 'division by 0'
  | 'pow of 0'
  | 'pow of a negative number'
  | 'exp overflow'
  | 'exploding product'
  | 'overflow'
  | 'entered'
  | 'unexplained';

/** What is known of the first NaN or infinity. */
export interface NonFiniteStory {
  /** The primitive that made it; in the backward direction the one in whose pullback it was made. */
  readonly op: string;
  readonly direction: 'forward' | 'backward' | 'tangent';
  readonly value: number;
  /** Its place in the op's result. */
  readonly index: readonly number[];
  /** The numbers that made it, as `div(0, 0)`. */
  readonly evidence: string;
  readonly cell: string | null;
  readonly gate: string | null;
  /** From 1 up: the place in the loop's sequences. */
  readonly step: number | null;
  /** `file:line:column` of the user's code. */
  readonly line: string | null;
  readonly scope: readonly Label[];
  readonly cause: NonFiniteCause;
  /** What is known beyond the cause's name: where the number came from, how fast a product grew. */
  readonly detail: string;
  /** What helps. */
  readonly remedy: string;
}

/** The first NaN or infinity of a run, where it was made, and why: thrown by `debugNonFinite`. */
export class NonFiniteError extends Error {
  override readonly name = 'NonFiniteError';
  readonly story: NonFiniteStory;
  constructor(story: NonFiniteStory) {
    super(textOf(story));
    this.story = story;
  }
}

function textOf({
  op,
  direction,
  value,
  index,
  evidence,
  cell,
  gate,
  step,
  line,
  cause,
  detail,
  remedy,
}: NonFiniteStory) {
  const rule = { forward: '', backward: 'its pullback ', tangent: 'its pushforward ' }[direction];
  const did = cause === 'entered' ? 'read' : 'made';
  const place = index.length === 0 ? '' : ` at [${index.join(', ')}]`;
  const parts = [
    ...(step === null ? [] : [`step ${step}`]),
    ...(cell === null ? [] : [`cell ${cell}`]),
    ...(gate === null ? [] : [`gate ${gate}`]),
  ];
  const where = parts.length === 0 ? '' : `, in ${parts.join(', ')}`;
  const recorded = line === null ? '' : `, called at ${line}`;
  const why = cause === 'unexplained' ? '' : ` Cause: ${cause}.`;
  return `${op}: ${rule}${did} ${value}${place}${where}${recorded}: ${evidence}.${why}${detail === '' ? '' : ` ${detail}`} ${remedy}`;
}
