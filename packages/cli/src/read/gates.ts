import { gather, reshape, slice } from '@throughline/autograd';
import { compile } from '@throughline/compiler';
import {
  type AnyCell,
  type Cell,
  lstm,
  type ParamSpecs,
  type ParamsOf,
  type StateSpec,
  type Taps,
  unroll,
} from '@throughline/rnn';
import { type Tensor, zeros } from '@throughline/tensor';

/** What a character model of one LSTM consists of. */
export interface ReadableParams {
  readonly embedding: { readonly W: Tensor };
  readonly cell: ParamsOf<typeof lstm.params>;
  readonly linear: { readonly W: Tensor; readonly b: Tensor };
}

/** What every unit did at every character: unit by unit, as long as the text. */
export interface UnitLines {
  /** Forget gates. */
  readonly f: readonly Float64Array[];
  /** Cell states, after the character. */
  readonly c: readonly Float64Array[];
}

/** Characters that go through a compiled program at once. */
const chunk = 500;

/**
 * Lets a model read a text from its first character to its last, and writes down its gates and states. The cell is an LSTM:
 * ours, or one with two biases.
 */
export function unitLines(params: ReadableParams, ids: Tensor, cell: AnyCell = lstm): UnitLines {
  const known = cell as unknown as Cell<ParamSpecs, StateSpec, Taps>; // names forgotten
  const H = params.cell.f.b.size;
  const n = ids.size;
  const lines = (): Float64Array[] => Array.from({ length: H }, () => new Float64Array(n));
  const [f, c] = [lines(), lines()];
  const read = compile((at: ReadableParams, part: Tensor, from: { h: Tensor; c: Tensor }) => {
    const run = unroll(known, at.cell, gather(at.embedding.W, reshape(part, [part.size, 1])), {
      from,
      taps: ['f', 'i', 'g'],
    });
    return { taps: run.taps, last: run.last as { h: Tensor; c: Tensor } }; // an LSTM's state
  });
  const dtype = params.cell.f.b.dtype;
  let state = { h: zeros([1, H], dtype), c: zeros([1, H], dtype) };
  for (let start = 0; start < n; start += chunk) {
    const { taps, last } = read(params, slice(ids, [start], [Math.min(start + chunk, n)]), state);
    const [fs, is, gs] = [taps.f.data, taps.i.data, taps.g.data];
    for (let unit = 0; unit < H; unit++) {
      let held = Number(state.c.data[unit]);
      for (let k = unit, t = start; k < fs.length; k += H, t++) {
        held = Number(fs[k]) * held + Number(is[k]) * Number(gs[k]);
        (f[unit] as Float64Array)[t] = Number(fs[k]); // unit < H
        (c[unit] as Float64Array)[t] = held; // likewise
      }
    }
    state = last;
  }
  return { f, c };
}
