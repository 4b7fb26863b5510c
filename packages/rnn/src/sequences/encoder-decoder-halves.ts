import { concat, gather, slice, splitKey, tanh } from '@throughline/autograd';
import { ArgumentError, type Tensor, tensor } from '@throughline/tensor';
import type { Cell, Taps } from '../cell.ts';
import type { Dims } from '../dims.ts';
import { type EmbeddingParams, embedding } from '../layers/embedding.ts';
import type { InitOptions } from '../layers/layer.ts';
import { type LinearParams, linear } from '../layers/linear.ts';
import { outputWidth } from '../layers/output-width.ts';
import type { ParamSpecs, ParamsOf } from '../params.ts';
import { namedSlots, type StateOf, type StateSpec, setValueAt, slotsOf, valueAt } from '../state.ts';
import { type AttentionParams, attend, attentionParams, type Memory, memoryOf } from './additive-attention.ts';
import { type BothWays, bidirectional } from './bidirectional.ts';

/** What an encoder–decoder is made of. */
export interface EncoderDecoderOptions<
  PE extends ParamSpecs,
  SE extends StateSpec,
  TE extends Taps,
  PD extends ParamSpecs,
  SD extends StateSpec,
  TD extends Taps,
> {
  readonly encoder: Cell<PE, SE, TE>;
  readonly decoder: Cell<PD, SD, TD>;
  /** How many symbols come in, and how many go out. */
  readonly sourceSymbols: number;
  readonly targetSymbols: number;
  /** The width of symbols' vectors. */
  readonly E: number;
  /** The width of both cells' states. */
  readonly H: number;
  /** The width in which attention compares; H by default. */
  readonly A?: number;
}

/** What it learns. */
export interface EncoderDecoderParams<PE, PD> {
  readonly source: EmbeddingParams;
  readonly encoder: BothWays<ParamsOf<PE>>;
  readonly attention: AttentionParams;
  /** By state of the decoder: from the encoder's way back to where the decoder begins. */
  readonly start: { readonly [state: string]: LinearParams };
  readonly target: EmbeddingParams;
  readonly decoder: ParamsOf<PD>;
  readonly readOut: LinearParams;
}

/** The two halves of an encoder–decoder, of which training and writing are made. */
export interface Halves<PE, PD, SD> {
  init(key: Tensor, options?: InitOptions): EncoderDecoderParams<PE, PD>;
  /** Reads symbols [S, B]: what the decoder looks back at, and where it begins. */
  encode(
    params: EncoderDecoderParams<PE, PD>,
    source: Tensor,
    lengths: Tensor | readonly number[] | undefined,
  ): { readonly memory: Memory; readonly state: StateOf<SD> };
  /** One step from the symbol before it, [B]. */
  decode(
    params: EncoderDecoderParams<PE, PD>,
    memory: Memory,
    state: StateOf<SD>,
    symbol: Tensor,
  ): { readonly state: StateOf<SD>; readonly logits: Tensor; readonly weights: Tensor };
}

/** Puts the halves together. */
export function halvesOf<
  PE extends ParamSpecs,
  SE extends StateSpec,
  TE extends Taps,
  PD extends ParamSpecs,
  SD extends StateSpec,
  TD extends Taps,
>(options: EncoderDecoderOptions<PE, SE, TE, PD, SD, TD>): Halves<PE, PD, SD> {
  const { decoder, sourceSymbols, targetSymbols, E, H, A = H } = options;
  const encoder = bidirectional(options.encoder, { I: E, H });
  const M = encoder.gives;
  const dims: Dims = { I: E + M, H };
  const begun = begunStates(decoder);
  const source = embedding({ V: sourceSymbols, E, name: 'source' });
  const target = embedding({ V: targetSymbols, E, name: 'target' });
  const starting = linear({ I: M / 2, O: H, name: 'start' });
  const reading = linear({ I: outputWidth(decoder, dims) + E + M, O: targetSymbols, name: 'readOut' });
  return {
    init(key, how = {}) {
      const keys = splitKey(key, 6 + begun.length);
      const [a, b, c, d, e, f, ...rest] = keys as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, ...Tensor[]]; // as many
      return {
        source: source.init(a, how),
        encoder: encoder.init(b, how),
        attention: attentionParams(c, { H, M, A }, how.dtype),
        start: Object.fromEntries(begun.map((name, i) => [name, starting.init(rest[i] as Tensor, how)])), // one key each
        target: target.init(d, how),
        decoder: decoder.init(e, { ...dims, dtype: how.dtype ?? 'float64' }),
        readOut: reading.init(f, how),
      };
    },
    encode(params, symbols, given) {
      const lengths = Array.isArray(given) ? tensor(given, { dtype: 'int32' }) : (given as Tensor | undefined); // no list
      const { out } = encoder.apply(params.encoder, source.apply(params.source, symbols).out, { lengths });
      const [, B] = symbols.shape as [number, number]; // the caller checked it
      const zero = decoder.initialState({ ...dims, dtype: out.dtype as 'float64' }, B); // a float
      const first = slice(out.at(0), [0, M / 2], [B, M]);
      const state: Record<string, unknown> = {};
      for (const name of decoder.stateNames) {
        const line = params.start[name];
        setValueAt(state, name, line ? tanh(starting.apply(line, first).out) : valueAt(zero, name));
      }
      return { memory: memoryOf(params.attention, out, lengths), state: state as StateOf<SD> }; // by the decoder's names
    },
    decode(params, memory, state, symbol) {
      const y = gather(params.target.W, symbol);
      const query = valueAt(state, begun[0]) as Tensor; // a state is a tensor
      const { context, weights } = attend(params.attention, memory, query);
      const { state: next, out } = decoder.step(params.decoder, state, concat([y, context], 1));
      return { state: next, logits: reading.apply(params.readOut, concat([out, y, context], 1)).out, weights };
    },
  };
}

/** The decoder's states of shape [B, H]; the first one asks. */
function begunStates(decoder: { readonly name: string; readonly state: StateSpec }): [string, ...string[]] {
  const [first, ...rest] = namedSlots(slotsOf(decoder.state))
    .filter(({ slot }) => slot.axes === 'BH' && slot.dtype === undefined)
    .map(({ name }) => name);
  if (first !== undefined) return [first, ...rest];
  throw new ArgumentError('encoderDecoder', `${decoder.name} has no state [B, H] to look back with.`);
}
