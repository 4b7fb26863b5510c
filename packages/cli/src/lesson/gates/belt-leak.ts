import { foldIn, key } from '@throughline/autograd';
import { type AnyCell, unroll } from '@throughline/rnn';
import { dependsOn, partial, total } from '@throughline/rnn/analysis';
import { check, claim } from '@throughline/rnn/claims';
import { tensor } from '@throughline/tensor';
import { addingProblem } from '@throughline/train';
import { lineOf } from '../../check/sections/belt-run.ts';

/** One start of the same cell. */
export interface Start {
  readonly name: string;
  readonly cell: AnyCell;
}

/** How far ∂c_t/∂c_{t−1} is from diag(f_t), for one start. */
export interface BeltLeak {
  readonly name: string;
  /** max |∂c_t/∂c_{t−1} − diag f_t| with h held, over all steps and units. */
  readonly held: number;
  /** The same against diag(i_t): a wrong gate, which must be told from the right one. */
  readonly wrong: number;
  /** ∂c_T/∂c_0 with h held, in one sweep over all steps, against ∏ f: relative. */
  readonly product: number;
  /** ∂c_t/∂c_{t−1} without holding against diag(f_t), relative to ‖f_t‖: for t = 1…T. */
  readonly leak: readonly number[];
  /** ‖∏ f‖ and ‖∂c_t/∂c_0‖ for t = 1…T, Frobenius. */
  readonly belt: readonly number[];
  readonly total: readonly number[];
}

/** What holds of the gates, for all parameters and inputs. */
export interface GateFacts {
  /** Proved: 0 ≤ f, i, o ≤ 1. */
  readonly bounded: boolean;
  /** Within a step no gate depends on the cell state before it: what is left is h and x. */
  readonly ofHAndX: boolean;
  /** Proved: ∂c_t/∂c_{t−1} with h held is diag(f_t). */
  readonly belt: boolean;
}

const gates = ['f', 'i', 'o'] as const;

/** What is proved of a cell with states h, c and gates f, i, o; it is proved once. */
export function gateFacts(cell: AnyCell): GateFacts {
  const facts = known.get(cell) ?? {
    bounded: gates.every((gate) => check(cell, claim(`0 <= ${gate}[t] <= 1`)).verdict === 'proved'),
    ofHAndX: gates.every((gate) => !dependsOn(cell, gate, 'c')),
    belt: check(cell, claim`∂c[t]/∂c[t−1] | h = diag(f[t])`).verdict === 'proved',
  };
  known.set(cell, facts);
  return facts;
}

const known = new WeakMap<AnyCell, GateFacts>();

/** Runs a start on one sequence of the adding problem and takes every derivative along it. */
export function measureBelt({ name, cell }: Start, seed: number, sizes: { readonly H: number; readonly T: number }) {
  const { H, T } = sizes;
  const drawn = key(seed);
  const { inputs } = addingProblem({ T, batch: 1, key: foldIn(drawn, 1) });
  const { lines } = unroll(cell, cell.init(foldIn(drawn, 2), { I: 2, H }), inputs);
  const [c, h, f] = [lineOf(lines, 'c'), lineOf(lines, 'h'), lineOf(lines, 'f')];
  const i = lineOf(lines, 'i');
  const result = {
    name,
    held: 0,
    wrong: 0,
    product: 0,
    leak: [] as number[],
    belt: [] as number[],
    total: [] as number[],
  };
  let product = new Array<number>(H).fill(1);
  for (let t = 1; t <= T; t++) {
    const held = partial(c.at(t), c.at(t - 1), { holding: h });
    result.held = Math.max(result.held, held.versus(f.at(t)).max);
    result.wrong = Math.max(result.wrong, held.versus(i.at(t)).max);
    result.leak.push(total(c.at(t), c.at(t - 1)).versus(f.at(t)).relative);
    product = product.map((p, unit) => p * (f.at(t).data[unit] ?? Number.NaN));
    result.belt.push(Math.hypot(...product));
    result.total.push(total(c.at(t), c.at(0)).norm());
  }
  result.product = partial(c.at(T), c.at(0), { holding: h }).versus({ diagonal: tensor([product]) }).relative;
  return result satisfies BeltLeak;
}
