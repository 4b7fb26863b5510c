import { type AnyCell, chrono, gru, lstm, minus, rnn } from '@throughline/rnn';
import type { Claim } from '@throughline/rnn/claims';

/** A cell under one initialisation. */
export interface Variant {
  /** "chrono", "bias 1", "bias 0", or "as written". */
  readonly label: string;
  readonly cell: AnyCell;
}

/** A cell to check, with everything that depends on which one it is. */
export interface Subject {
  readonly cell: AnyCell;
  /** Width of its states. */
  readonly hidden: number;
  /** Initialisations for section 2, the best first. */
  readonly belts: readonly Variant[];
  /** Those whose reach is measured and that are trained. */
  readonly trained: readonly Variant[];
  /** Claims that its file exports. */
  readonly claims?: readonly Claim[];
  /** Whether its gradients are held against PyTorch by goldens committed with the tests. */
  readonly goldens: boolean;
}

/** What a variant is called when nothing was changed. */
export const asWritten = 'as written';

/** The forget gate at a constant, and the initialisation for memories of up to T steps. */
const lstmVariants = (steps: number): Record<'chrono' | 'bias 1' | 'bias 0', AnyCell> => ({
  chrono: lstm.with({ f: { b: chrono(Math.max(2, steps)) }, i: { b: minus('f.b') } }) as unknown as AnyCell, // names forgotten
  'bias 1': lstm.with({ f: { b: 1 } }) as unknown as AnyCell, // names forgotten
  'bias 0': lstm.with({ f: { b: 0 } }) as unknown as AnyCell, // names forgotten
});

const variants = (cells: Readonly<Record<string, AnyCell>>): Variant[] =>
  Object.entries(cells).map(([label, cell]) => ({ label, cell }));

const plain = (cell: AnyCell, hidden: number, goldens: boolean): Subject => {
  const only = [{ label: asWritten, cell }];
  return { cell, hidden, belts: only, trained: only, goldens };
};

/** The cells that are checked when no file is named. */
export function builtInSubjects(hidden: number, steps: number): Subject[] {
  return [
    plain(rnn as unknown as AnyCell, hidden, true), // names forgotten
    lstmSubject(hidden, steps),
    plain(gru as unknown as AnyCell, hidden, true), // names forgotten
  ];
}

function lstmSubject(hidden: number, steps: number): Subject {
  const all = lstmVariants(steps);
  return {
    cell: lstm as unknown as AnyCell, // names forgotten
    hidden,
    belts: variants(all),
    trained: variants({ 'bias 0': all['bias 0'], chrono: all.chrono }),
    goldens: true,
  };
}

/** A user's cell, and beside it an LSTM with about as many parameters. */
export function userSubjects(
  cell: AnyCell,
  parameters: number,
  inputs: number,
  hidden: number,
  steps: number,
): Subject[] {
  return [plain(cell, hidden, false), besideSubject(lstmWidth(parameters, inputs), steps)];
}

/** The LSTM that stands beside a user's cell. */
export function besideSubject(hidden: number, steps: number): Subject {
  const beside = lstmSubject(hidden, steps);
  return { ...beside, trained: beside.trained.filter(({ label }) => label === 'chrono') };
}

/** The width at which an LSTM's 4 (I H + H² + H) parameters come closest to a number. */
export function lstmWidth(parameters: number, inputs: number): number {
  const count = (H: number): number => 4 * (inputs * H + H * H + H);
  let H = 1;
  while (Math.abs(count(H + 1) - parameters) < Math.abs(count(H) - parameters)) H++;
  return H;
}

/** Finds a variant by cell and label again: workers get names, not functions. */
export function findVariant(
  subjects: readonly Subject[],
  name: string,
  label: string,
): { subject: Subject; variant: Variant } {
  for (const subject of subjects) {
    const variant = subject.cell.name === name ? subject.trained.find((one) => one.label === label) : undefined;
    if (variant !== undefined) return { subject, variant };
  }
  throw new Error(`there is no ${name} ${label} to train.`);
}
