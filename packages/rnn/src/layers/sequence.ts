import { foldIn, splitKey } from '@throughline/autograd';
import { ArgumentError, ShapeError, type Tensor } from '@throughline/tensor';
import type { Applied, ApplyOptions, InitOptions } from './layer.ts';

/** A layer of which only the name's type is known. */
interface AnyLayer {
  readonly name: string;
  readonly takes: number | null;
  readonly gives: number;
  init(key: Tensor, options?: InitOptions): unknown;
  apply(params: never, inputs: Tensor, options?: ApplyOptions<never>): Applied<unknown>;
}

/** The layers' parameters, by name. */
export type ParamsByLayer<L extends readonly AnyLayer[]> = {
  readonly [E in L[number] as E['name']]: ReturnType<E['init']>;
};

/** The states of those layers that have one, by name. */
export type StatesByLayer<L extends readonly AnyLayer[]> = {
  readonly [E in L[number] as ReturnType<E['apply']>['last'] extends undefined ? never : E['name']]: ReturnType<
    E['apply']
  >['last'];
};

/** Layers, one after the other. */
export interface Model<L extends readonly AnyLayer[]> {
  readonly layers: L;
  /** Fresh parameters, by layer; each layer has a key of its own. */
  init(key: Tensor, options?: InitOptions): ParamsByLayer<L>;
  /** Outputs at every step, and the states to continue from: `apply(params, more, { from: last })`. */
  apply(params: ParamsByLayer<L>, inputs: Tensor, options?: ApplyOptions<StatesByLayer<L>>): Applied<StatesByLayer<L>>;
}

/**
 * A model of layers, one after the other, which go by their names: `sequence(embedding({ V, E }), layer(lstm, { I, H }), linear({ I, O }))`.
 *
 * Shapes: the inputs of the first layer, [T, B] of indices or [T, B, I] → [T, B, O].
 * @throws ArgumentError when two layers have one name; ShapeError when a width does not fit the next.
 * @example Object.keys(sequence(embedding({ V: 9, E: 4 }), layer(lstm, { I: 4, H: 5 }), linear({ I: 5, O: 9 })).init(key(1))).join()   // embedding,lstm,linear
 */
export function sequence<const L extends readonly AnyLayer[]>(...layers: L): Model<L> {
  checkLayers(layers);
  return Object.freeze({
    layers,
    init(key: Tensor, options?: InitOptions) {
      const keys = splitKey(key, layers.length);
      const entries = layers.map((one, i) => [one.name, one.init(keys[i] as Tensor, options)] as const); // one key per layer
      return Object.fromEntries(entries) as ParamsByLayer<L>; // by name
    },
    apply(params: ParamsByLayer<L>, inputs: Tensor, options: ApplyOptions<StatesByLayer<L>> = {}) {
      const states: Record<string, unknown> = {};
      const { key } = options;
      let x = inputs;
      for (const [i, one] of layers.entries()) {
        const own = (params as { readonly [name: string]: unknown })[one.name]; // by name
        if (own === undefined)
          throw new ArgumentError('sequence', `the parameters have none for ${one.name}. Make them with init.`);
        const from = (options.from as { readonly [name: string]: unknown } | undefined)?.[one.name]; // by name
        const { out, last } = one.apply(own as never, x, {
          ...options,
          from: from as never, // of this layer
          key: key && foldIn(key, i),
        });
        if (last !== undefined) states[one.name] = last;
        x = out;
      }
      return { out: x, last: states as StatesByLayer<L> }; // by name
    },
  });
}

function checkLayers(layers: readonly AnyLayer[]): void {
  if (layers.length === 0) throw new ArgumentError('sequence', 'needs at least one layer.');
  layers.forEach((one, i) => {
    if (layers.findIndex(({ name }) => name === one.name) < i) {
      throw new ArgumentError(
        'sequence',
        `two layers are named ${one.name}. Give one another name, as in layer(lstm, { I, H }, 'second').`,
      );
    }
    const before = layers[i - 1];
    if (before !== undefined && one.takes !== before.gives) {
      const takes = one.takes === null ? 'takes indices' : `takes I = ${one.takes}`;
      throw new ShapeError('sequence', `${before.name} gives width ${before.gives}, but ${one.name} ${takes}.`);
    }
  });
}
