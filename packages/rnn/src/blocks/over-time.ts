import { reshape, transpose } from '@throughline/autograd';
import { ArgumentError, formatType, ShapeError, type Tensor } from '@throughline/tensor';
import { type DenseSpec, dense, uniformByRows } from '../cells/dense.ts';
import { initialize } from '../init.ts';
import type { Dims } from '../initializer.ts';
import { zeros } from '../initializers.ts';
import type { Applied, ApplyOptions, InitOptions, Layer } from '../layers/layer.ts';
import type { ParamSpecs, ParamsOf } from '../params.ts';

/** W, uniform in ±1/√(rows), and b, at 0. */
export const mapSpec = (axes: string): DenseSpec => dense({ axes, W: uniformByRows, bias: zeros });

/** What a block is made of. */
interface BlockSpec<N extends string, P extends ParamSpecs, S> {
  readonly name: N;
  readonly takes: number;
  readonly gives: number;
  readonly params: P;
  /** What the letters of the parameters stand for. */
  readonly dims: { readonly [letter: string]: number };
  /** Inputs [T, B, …] in, outputs [T, B, …] and the state after them out. */
  run(params: ParamsOf<P>, xs: Tensor, from: S | undefined): Applied<S>;
}

/** A layer over whole sequences, from its declarations and one function of [T, B, …]. */
export function block<N extends string, P extends ParamSpecs, S>(spec: BlockSpec<N, P, S>): Layer<N, ParamsOf<P>, S> {
  const { name, takes, gives, params, dims, run } = spec;
  return Object.freeze({
    name,
    takes,
    gives,
    init(key: Tensor, { dtype = 'float64' }: InitOptions = {}) {
      const extents = { I: takes, H: gives, ...dims, dtype } as Dims; // letters and extents
      return initialize(name, params, key, extents) as ParamsOf<P>; // the nesting of P
    },
    apply(values: ParamsOf<P>, inputs: Tensor, options: ApplyOptions<S> = {}) {
      const { batchFirst = false, from } = options;
      checkInputs(name, inputs, takes, batchFirst);
      const given: { readonly [option: string]: unknown } = { ...options };
      const refused = ['lengths', 'resetAt'].find((option) => given[option] !== undefined);
      if (refused !== undefined) {
        throw new ArgumentError(
          name,
          `takes no ${refused}: its rows are all as long. Leave it out: no output sees what comes after it, so padding behind a row's end changes none before.`,
        );
      }
      const swap = (x: Tensor): Tensor =>
        batchFirst ? transpose(x, [1, 0, ...x.shape.slice(2).map((_, k) => k + 2)]) : x;
      const { out, last } = run(values, swap(inputs), from);
      return { out: swap(out), last };
    },
  });
}

function checkInputs(name: string, x: Tensor, width: number, batchFirst: boolean): void {
  const layout = batchFirst ? '[B, T, I]' : '[T, B, I]';
  const steps = x.shape[batchFirst ? 1 : 0];
  if (x.rank === 3 && x.shape[2] === width && steps !== 0) return;
  throw new ShapeError(name, `x is ${formatType(x)}; it takes ${layout} with I = ${width} and at least one step.`);
}

/** Throws unless a count is an integer ≥ 1. */
export function checkCount(op: string, name: string, count: number): void {
  if (Number.isInteger(count) && count >= 1) return;
  throw new ArgumentError(op, `${name} is ${count}, not an integer ≥ 1.`);
}

/** The last axis cut in two: [..., n · m] → [..., n, m]. */
export const divided = (x: Tensor, n: number): Tensor =>
  reshape(x, [...x.shape.slice(0, -1), n, (x.shape.at(-1) as number) / n]); // rank ≥ 1
