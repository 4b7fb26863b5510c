import type { BeltFigure } from '../report/belt-figure.ts';

/**
 * What `throughline check` found, as data: computed once, then read by the terminal, the HTML report, `--json` and the
 * verdict. Every number here has one formula, stated beside it; nothing in it depends on time, paths or machine, so its
 * sha256 is the same wherever the same seed is run.
 */
export interface Facts {
  readonly format: 1;
  readonly settings: Settings;
  readonly cells: readonly CellFacts[];
  /** Section 3, one row per cell and variant. */
  readonly reach: readonly ReachFacts[];
  /** Section 4, one row per cell and variant; null when training was not asked for. */
  readonly learning: LearningFacts | null;
  /** For a user's cell: the search over gate biases and the scale of U. */
  readonly remedy: RemedyFacts | null;
  /** Section 4 of a trained model, in place of `learning`. */
  readonly trained?: TrainedFacts;
  /** Section 5, for a file that exports claims. */
  readonly claims?: readonly ClaimFacts[];
  readonly verdict: Verdict;
}

/** The answer to one claim: see `check` of @throughline/rnn/claims. */
export interface ClaimFacts {
  readonly cell: string;
  readonly claim: string;
  readonly verdict: 'proved' | 'measured' | 'refuted' | 'inconclusive';
  /** Proved or measured. */
  readonly holds: boolean;
  readonly reason: string;
  readonly covers: string;
  /** Where it was closest to failing, or failed; null where nothing was measured. */
  readonly worst: {
    readonly times: string;
    readonly row: number;
    readonly index: readonly number[];
    readonly left: number;
    readonly right: number;
    readonly from: string;
  } | null;
  /** The largest deviation, relative, by reverse mode and by the oracle. */
  readonly deviations: { readonly reverse: number; readonly oracle: number } | null;
  /** Changed claims that had to be refuted, and were or were not. */
  readonly controls: readonly { readonly change: string; readonly refuted: boolean }[];
}

export interface Settings {
  readonly dtype: 'float64';
  readonly hidden: number;
  readonly inputs: number;
  readonly steps: number;
  readonly batch: number;
  readonly seed: number;
}

/** One line of a section that holds or does not. */
export interface Check {
  /** What was compared: "against differences". */
  readonly name: string;
  /** The independent oracle, or what the control changed. */
  readonly oracle: string;
  /** The largest deviation, relative as the name's formula says. */
  readonly worst: number;
  /** Where it stands: `U_f[3,7]`, `t = 12, unit 3`. */
  readonly at: string;
  readonly tolerance: number;
  readonly holds: boolean;
  /** What else was measured: "order 4.0 down to rounding". */
  readonly note: string;
}

export interface CellFacts {
  readonly name: string;
  /** Forward equations as printed from the step's trace. */
  readonly equations: readonly string[];
  /** Equations of the backward pass, where they were printed. */
  readonly backward?: readonly string[];
  readonly parameters: { readonly tensors: number; readonly numbers: number };
  /** Width of its states, where it is not that of the settings: an LSTM beside a user's cell. */
  readonly hidden?: number;
  /** Section 1. The last entry is the negative control: it holds when the planted error was caught. */
  readonly gradients: readonly Check[];
  /** Section 2, for a cell with a declared belt. */
  readonly belt: BeltFacts | null;
  /** Section 2, for a cell without one: state–tap pairs by measured deviation, smallest first. */
  readonly beltCandidates: readonly { readonly state: string; readonly tap: string; readonly deviation: number }[];
  /** A few steps of the run's tape with the gradient's share on every edge; null when none was drawn. */
  readonly figure: BeltFigure | null;
}

/** ∂s_t/∂s_{t−1} against diag(keep_t). */
export interface BeltFacts {
  readonly state: string;
  readonly keep: string;
  readonly holding: readonly string[];
  /** max |∂s_t/∂s_{t−1} − diag keep_t| with `holding` held: by reverse mode, and by differences. */
  readonly held: readonly Check[];
  readonly variants: readonly BeltVariant[];
}

/** The belt under one initialisation. */
export interface BeltVariant {
  /** "chrono", "bias 1", "bias 0", or "as written". */
  readonly label: string;
  /** Mean over t of ‖∂s_t/∂s_{t−1} − diag keep_t‖_F / ‖diag keep_t‖_F, total derivative. */
  readonly oneStepOff: number;
  /** The same for each t = 1…T. */
  readonly leakByStep: readonly number[];
  /** By distance k = 1…T: ‖∏ diag keep‖₂ over the last k steps, and ‖∂s_T/∂s_{T−k}‖₂. */
  readonly byDistance: readonly { readonly distance: number; readonly belt: number; readonly total: number }[];
  /** Pairs for the scatter: keep_t[unit] against the diagonal of ∂s_t/∂s_{t−1}, held and total. */
  readonly scatter: readonly {
    readonly t: number;
    readonly unit: number;
    readonly keep: number;
    readonly held: number;
    readonly total: number;
  }[];
}

/** ‖∂L/∂s_{T−k}‖ / ‖∂L/∂s_T‖ before training, s the belt's state, else the first. */
export interface ReachFacts {
  readonly cell: string;
  readonly label: string;
  readonly state: string;
  /** For every distance k = 0…T. */
  readonly reach: readonly number[];
  /** Mean of ln(reach) per step, as a factor: the measured rate; with what bounds it for a tanh net. */
  readonly rate: number;
  readonly spectralRadius: number | null;
  readonly largestSingularValue: number | null;
  readonly meanTanhSlope: number | null;
}

export interface LearningFacts {
  readonly task: string;
  readonly steps: number;
  readonly batch: number;
  /** Mean squared error of always predicting the mean, derived analytically. */
  readonly baseline: number;
  /** A test loss below this counts as learned: a stated share of the baseline. */
  readonly learnedBelow?: number;
  readonly runs: readonly LearningRun[];
}

export interface LearningRun {
  readonly cell: string;
  readonly label: string;
  readonly parameters: number;
  /** Training loss by step. */
  readonly losses: readonly number[];
  /** On fresh sequences, after training. */
  readonly testLoss: number;
  /** Reach at distance T − 1, before and after training. */
  readonly reachBefore: number;
  readonly reachAfter: number;
  /** By distance, after training. */
  readonly reach: readonly number[];
  /** Longest half-life ln ½ / ln f̄ over units of the mean gate on test sequences; null without a belt. */
  readonly longestMemory: number | null;
  /** The keep gate over one test sequence, [t][unit]; null without a belt. */
  readonly gate: readonly (readonly number[])[] | null;
  /** Below the threshold of `learned`. */
  readonly learned: boolean;
  /** Set when the loss stopped being finite, with the step. */
  readonly diverged: number | null;
}

/** What a trained model knows, and what its gates do: of `check --weights`. */
export interface TrainedFacts {
  /** The file of weights as it was named, what it holds, and what it was run on. */
  readonly file: string;
  readonly what: string;
  readonly input: string;
  /** What was decided when it was read. */
  readonly notices: readonly string[];
  /** Bits per character over windows of the text, from empty states; null without a text, or a layer that predicts. */
  readonly bits: number | null;
  /** Of guessing blindly, and of guessing by frequency in the text. */
  readonly uniformBits: number | null;
  readonly unigramBits: number | null;
  readonly parts: readonly TrainedPart[];
}

/** One layer in one direction. */
export interface TrainedPart {
  readonly cell: string;
  readonly parameters: number;
  /** Reach at distance T − 1: of the same cell afresh, and as trained. */
  readonly reachFresh: number;
  readonly reachTrained: number;
  /** As of a `LearningRun`, on the user's input. */
  readonly longestMemory: number | null;
  readonly gate: readonly (readonly number[])[] | null;
}

export interface RemedyFacts {
  /** What was found wrong: "f forgets half in 1 step". */
  readonly finding: string;
  /** How many changes had their reach measured; those in `tried` were also trained. */
  readonly searched?: number;
  readonly tried: readonly {
    readonly change: string;
    readonly reachBefore: number;
    readonly reachAfter: number;
    readonly lossBefore: number;
    readonly lossAfter: number;
    readonly helped: boolean;
  }[];
  /** The best change that helped; null is an answer: none found. */
  readonly best: string | null;
}

export interface Verdict {
  /** Sentences made from the facts, joined by " · ". */
  readonly sentences: readonly string[];
  /** Every claim that was checked, in order, with whether it held. */
  readonly claims: readonly { readonly claim: string; readonly holds: boolean }[];
  /** 0 all hold, 1 one refuted. (2, could not run, has no facts.) */
  readonly exitCode: 0 | 1;
}
