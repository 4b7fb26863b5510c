import { equal, foldIn, logicalOr, scan, stack, where } from '@throughline/autograd';
import { ArgumentError, formatType, full, ShapeError, Tensor } from '@throughline/tensor';
import type { Taps } from '../cell.ts';
import type { InitOptions } from '../layers/layer.ts';
import type { ParamSpecs } from '../params.ts';
import type { StateOf, StateSpec } from '../state.ts';
import { type EncoderDecoderOptions, type EncoderDecoderParams, halvesOf } from './encoder-decoder-halves.ts';
import { type Sampling, sample } from './sample-symbol.ts';

/** A batch to learn from: symbols, int32. */
export interface TeacherForcing {
  /** [S, B]. */
  readonly source: Tensor;
  /** [T, B]: what the decoder reads at each step, the symbol before the one that it is to give. */
  readonly inputs: Tensor;
  /** How many symbols of each source count. */
  readonly lengths?: Tensor | readonly number[];
}

/** How a translation is written. */
export interface TranslateOptions extends Sampling {
  readonly lengths?: Tensor | readonly number[];
  /** The symbol that the decoder reads first. */
  readonly begin: number;
  /** The symbol after which a row is done: it stands in all that follows. */
  readonly end?: number;
  /** Symbols to write. */
  readonly length: number;
}

/** What a decoder says at every step. */
export interface Decoded {
  /** [T, B, symbols]. */
  readonly logits: Tensor;
  /** [T, S, B]: how much of each source symbol was looked at. */
  readonly weights: Tensor;
}

/** An encoder–decoder with attention. */
export interface EncoderDecoder<PE, PD> {
  init(key: Tensor, options?: InitOptions): EncoderDecoderParams<PE, PD>;
  /** Each step reads the right symbol before it. */
  apply(params: EncoderDecoderParams<PE, PD>, batch: TeacherForcing): Decoded;
  /** Each step reads the symbol that it chose before. ids: int32 [length, B]. */
  generate(
    params: EncoderDecoderParams<PE, PD>,
    source: Tensor,
    options: TranslateOptions,
  ): Decoded & { readonly ids: Tensor };
}

/**
 * Reads a sequence of symbols both ways, then writes another one, looking back at every step by additive attention.
 *
 * The decoder's state s and last symbol y give the next: context c by `attend` with s as the query, s′ and out from the
 * cell at [y; c], logits from [out; y; c]. s is the decoder's first state; all of its states of shape [B, H] start at tanh of
 * a line from the encoder's way back at the first symbol, others at zero. As published but for the cells, which are any,
 * and the maxout layer, which is a line here. `apply` and `generate` take the same step, so on the same symbols they
 * say the same to the bit.
 * Source: Bahdanau, Cho, Bengio, "Neural machine translation by jointly learning to align and translate", 2015.
 * @throws DTypeError or ArgumentError for symbols that are not int32 in range; ShapeError for another layout than [T, B].
 * @example encoderDecoder({ encoder: gru, decoder: gru, sourceSymbols: 5, targetSymbols: 4, E: 3, H: 6 }).init(key(1)).readOut.W.shape.join()   // 21,4
 */
export function encoderDecoder<
  PE extends ParamSpecs,
  SE extends StateSpec,
  TE extends Taps,
  PD extends ParamSpecs,
  SD extends StateSpec,
  TD extends Taps,
>(options: EncoderDecoderOptions<PE, SE, TE, PD, SD, TD>): EncoderDecoder<PE, PD> {
  const { init, encode, decode } = halvesOf(options);
  return Object.freeze({
    init,
    apply(params, { source, inputs, lengths }) {
      checkSymbols('source', source);
      checkSymbols('inputs', inputs, source);
      const { memory, state } = encode(params, source, lengths);
      const { ys } = scan(
        (carry: StateOf<SD>, symbol: Tensor) => {
          const { state: next, ...y } = decode(params, memory, carry, symbol);
          return { carry: next, y };
        },
        state,
        inputs,
      );
      return ys;
    },
    generate(params, source, { begin, end, length, lengths, key, ...sampling }) {
      checkSymbols('source', source);
      if (!Number.isInteger(length) || length < 1) {
        throw new ArgumentError('generate', `length is ${length}, not an integer from 1 up.`);
      }
      const { memory, state: start } = encode(params, source, lengths);
      const B = source.shape[1] as number; // checked
      const said: (Decoded & { readonly ids: Tensor })[] = [];
      let state: StateOf<SD> = start;
      let [symbol, done]: [Tensor, Tensor] = [full([B], begin, 'int32'), full([B], 0, 'bool')];
      for (let t = 0; t < length; t++) {
        const { state: next, ...y } = decode(params, memory, state, symbol);
        const chosen = sample('generate', y.logits, { ...sampling, key: key && foldIn(key, t) });
        const ids = end === undefined ? chosen : where(done, full([B], end, 'int32'), chosen);
        if (end !== undefined) done = logicalOr(done, equal(ids, end));
        state = next;
        symbol = ids;
        said.push({ ...y, ids });
      }
      const all = (name: keyof Decoded | 'ids'): Tensor => stack(said.map((one) => one[name]));
      return { ids: all('ids'), logits: all('logits'), weights: all('weights') };
    },
  } satisfies EncoderDecoder<PE, PD>);
}

function checkSymbols(name: string, symbols: unknown, beside?: Tensor): asserts symbols is Tensor {
  if (symbols instanceof Tensor && symbols.rank === 2 && symbols.dtype === 'int32') {
    if (beside === undefined || !(beside instanceof Tensor) || beside.shape[1] === symbols.shape[1]) return;
    const types = `${name} is ${formatType(symbols)}, source is ${formatType(beside)}`;
    throw new ShapeError('encoderDecoder', `${types}: axis 1 is the batch of both.`);
  }
  const got = symbols instanceof Tensor ? formatType(symbols) : typeof symbols;
  throw new ShapeError('encoderDecoder', `${name} is ${got}; it takes symbols i32[T,B].`);
}
