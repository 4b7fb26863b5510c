import {
  add,
  broadcastTo,
  cast,
  concat,
  expandDims,
  greaterEqual,
  logicalAnd,
  reshape,
  squeeze,
  sub,
  transpose,
} from '@throughline/autograd';
import { dotProductAttention, windows } from '@throughline/autograd/nn';
import {
  ArgumentError,
  arange,
  formatType,
  full,
  ShapeError,
  sameShape,
  sameType,
  type Tensor,
} from '@throughline/tensor';
import { type DenseParams, project } from '../cells/dense.ts';
import { checkExtents } from '../layers/extents.ts';
import type { Applied, Layer } from '../layers/layer.ts';
import { block, divided, lastRows, mapSpec } from './over-time.ts';
import { rotate } from './rotate.ts';

/** How a layer of attention is made. */
export interface SelfAttentionOptions {
  /** The width of inputs and outputs. */
  readonly D: number;
  /** They divide D. */
  readonly heads: number;
  /** Heads of keys and values, each shared by heads / keyHeads heads of queries; `heads` by default. */
  readonly keyHeads?: number;
  /** How many steps can be seen, the own one included; all by default. */
  readonly window?: number;
  /** Turns queries and keys by their positions; otherwise the order of what is seen makes no difference. */
  readonly rotary?: boolean;
}

/** Maps to queries, keys and values, and back from the heads. */
export interface SelfAttentionParams {
  readonly q: DenseParams;
  readonly k: DenseParams;
  readonly v: DenseParams;
  readonly o: DenseParams;
}

/** What was seen: keys and values [S, B, keyHeads, D / heads], and int32 [B], how many steps each row took. */
export interface SelfAttentionState {
  readonly k: Tensor;
  readonly v: Tensor;
  readonly steps: Tensor;
}

/**
 * Causal self-attention: each step is a mean of what earlier steps and itself have to say, weighed by how well their keys fit
 * its query.
 *
 * q, k, v = x W + b by head; y_t = (Σ_s softmax_s(q_t · k_s / √E) v_s) W_o + b_o over s = t − window + 1…t. Cost: O(T²), with a
 * window O(T · window). The state is what was seen: with a window its last window − 1 keys and values, so that streaming
 * takes constant memory and time per step; without, all of them. W [rows, columns] start uniform in ±1/√rows, b at 0.
 * Shapes: [T, B, D] → [T, B, D]. `rotary` needs an even D / heads.
 * Source: Vaswani et al., "Attention is all you need", 2017; shared keys: Shazeer, "Fast transformer decoding", 2019.
 * @throws ArgumentError for counts that are none or do not divide; ShapeError when x is not [T, B, D].
 * @example selfAttention({ D: 4, heads: 2, window: 3 }).apply(selfAttention({ D: 4, heads: 2 }).init(key(1)), zeros([7, 1, 4])).last.k.shape.join()   // 2,1,2,2
 */
export function selfAttention<const N extends string = 'selfAttention'>(
  options: SelfAttentionOptions & { readonly name?: N },
): Layer<N, SelfAttentionParams, SelfAttentionState> {
  const name = (options.name ?? 'selfAttention') as N; // N is 'selfAttention' unless a name was given
  const { params, dims } = attentionSpecs('selfAttention', options);
  return block({
    name,
    takes: options.D,
    gives: options.D,
    params,
    dims,
    run: (own, xs, from: SelfAttentionState | undefined, ends) => attend(name, own, xs, from, options, ends),
  });
}

/** What the layer declares, for blocks that have one inside. */
export function attentionSpecs(op: string, { D, heads, keyHeads = heads, window, rotary }: SelfAttentionOptions) {
  checkExtents(op, { D, heads, keyHeads, window: window ?? 1 });
  if (D % heads !== 0) throw new ArgumentError(op, `${heads} heads do not divide D = ${D}.`);
  if (heads % keyHeads !== 0) throw new ArgumentError(op, `keyHeads = ${keyHeads} does not divide ${heads} heads.`);
  const E = D / heads;
  if (rotary === true && E % 2 !== 0) {
    throw new ArgumentError(op, `rotary turns features in pairs, but each of ${heads} heads has ${E} of D = ${D}.`);
  }
  const params = { q: mapSpec('DA'), k: mapSpec('DG'), v: mapSpec('DG'), o: mapSpec('AD') };
  return { params, dims: { D, A: D, G: keyHeads * E } };
}

/** Attention over inputs [T, B, D], after what was seen before. */
export function attend(
  name: string,
  p: SelfAttentionParams,
  xs: Tensor,
  from: SelfAttentionState | undefined,
  options: SelfAttentionOptions,
  ends: Tensor | undefined,
): Applied<SelfAttentionState> {
  const { heads, keyHeads = heads, window, rotary = false } = options;
  const [steps, batch] = xs.shape as [number, number, number]; // [T, B, D]
  const before = stepsBefore(name, from, batch);
  const positions = add(cast(before, xs.dtype), reshape(arange(steps, xs.dtype), [steps, 1]));
  const turned = (x: Tensor): Tensor => (rotary ? rotate(x, positions) : x);
  const q = turned(divided(project(p.q, xs), heads));
  const k = after(name, 'k', from?.k, turned(divided(project(p.k, xs), keyHeads)), window);
  const v = after(name, 'v', from?.v, divided(project(p.v, xs), keyHeads), window);
  const shared = (x: Tensor): Tensor => sharedBy(x, heads);
  const seen =
    window === undefined ? all(q, shared(k), shared(v), before) : near(q, shared(k), shared(v), before, window);
  const kept = (x: Tensor): Tensor =>
    lastRows(x, window === undefined ? (x.shape[0] as number) : window - 1, steps, ends);
  return {
    out: project(p.o, reshape(seen, [...xs.shape.slice(0, 2), -1])),
    last: { k: kept(k), v: kept(v), steps: add(before, ends ?? full([batch], steps, 'int32')) },
  };
}

function stepsBefore(name: string, from: SelfAttentionState | undefined, batch: number): Tensor {
  const steps = from?.steps ?? full([batch], 0, 'int32');
  if (sameType(steps, { dtype: 'int32', shape: [batch] })) return steps;
  throw new ShapeError(name, `from.steps is ${formatType(steps)}; with these inputs it takes i32[${batch}].`);
}

/** What was seen before, and behind it what is new; with a window always window − 1 rows before, zeros where there were none. */
function after(name: string, key: string, seen: Tensor | undefined, now: Tensor, window: number | undefined): Tensor {
  const rest = now.shape.slice(1);
  const before = seen ?? full([(window ?? 1) - 1, ...rest], 0, now.dtype as 'float64'); // of the inputs' dtype
  const rows = window === undefined ? before.shape[0] : window - 1;
  if (before.dtype !== now.dtype || !sameShape(before.shape, [rows ?? 0, ...rest])) {
    const expected = `${formatType(now).split('[')[0]}[${[window === undefined ? 'S' : rows, ...rest].join(',')}]`;
    throw new ShapeError(name, `from.${key} is ${formatType(before)}; with these inputs it takes ${expected}.`);
  }
  return rows === 0 ? now : concat([before, now]);
}

/** Keys or values [S, B, G, E] for each of the heads: [S, B, heads, E]. */
function sharedBy(x: Tensor, heads: number): Tensor {
  const [S, B, G, E] = x.shape as [number, number, number, number]; // by head
  if (G === heads) return x;
  return reshape(broadcastTo(expandDims(x, 3), [S, B, G, heads / G, E]), [S, B, heads, E]);
}

/** Everything up to each query, the last of the keys being the last query's own, and `before` of them of earlier runs. */
function all(q: Tensor, k: Tensor, v: Tensor, before: Tensor): Tensor {
  const [T, S] = [q.shape[0] as number, k.shape[0] as number]; // by time
  if (S === T) return dotProductAttention(q, k, v, { causal: true });
  const keys = arange(S, 'int32');
  const past = greaterEqual(reshape(arange(T, 'int32').add(S - T), [T, 1]), keys);
  const filled = greaterEqual(keys, sub(full([], S - T, 'int32'), reshape(before, [before.size, 1, 1, 1])));
  return dotProductAttention(q, k, v, { mask: logicalAnd(past, filled) });
}

/** The last `window` keys up to each query: a window of them beside each query, instead of all with most of them masked. */
function near(q: Tensor, k: Tensor, v: Tensor, before: Tensor, window: number): Tensor {
  const [T, B] = q.shape as [number, number]; // by time
  const cut = (x: Tensor): Tensor => transpose(windows(x, window), [1, 0, 2, 3, 4]); // [window, T, B, N, E]
  const offsets = add(reshape(arange(T, 'int32'), [T, 1, 1]), arange(window, 'int32').sub(window - 1));
  const positions = add(reshape(before, [B, 1]), offsets); // of the keys, [T, B, window]
  const mask = reshape(greaterEqual(positions, 0), [T, B, 1, 1, window]);
  return squeeze(dotProductAttention(expandDims(q, 0), cut(k), cut(v), { mask }), 0);
}
