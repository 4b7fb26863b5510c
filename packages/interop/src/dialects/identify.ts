import { flatten, key, normal, splitKey } from '@throughline/autograd';
import {
  type AnyCell,
  type Cell,
  type ParamSpecs,
  type ParamTree,
  type StateSpec,
  type StateTree,
  type Taps,
  unroll,
} from '@throughline/rnn';
import { ArgumentError, Tensor, zeros } from '@throughline/tensor';
import type { CellTable, Dialect } from './dialect.ts';
import { type CellKind, cellOf, twoBiases } from './kinds.ts';
import type { LayerParams } from './recurrent.ts';
import { listed } from './state-dict.ts';

/** What a cell is in another framework. */
export interface Identified {
  readonly kind: CellKind;
  readonly table: CellTable;
}

/** A cell of which nothing is known to the type checker. */
type SomeCell = Pick<Cell<ParamSpecs, StateSpec, Taps>, 'name' | 'gates' | 'stateNames' | 'init' | 'step'>;

/**
 * Finds out which of a framework's cells computes the same: by the names of gates and states, then by a step from random
 * numbers, so that a cell that is only called like another is told apart.
 */
export function identify(op: string, dialect: Dialect, cell: SomeCell): Identified {
  const kinds = Object.keys(cellOf) as CellKind[]; // its own keys
  const kind = kinds.find((one) => computesTheSame(cell, cellOf[one]));
  const table = kind && dialect.cells[kind];
  if (kind !== undefined && table !== undefined) return { kind, table };
  const reason = dialect.refused[kind ?? cell.name];
  if (reason !== undefined) throw new ArgumentError(op, `${cell.name} cannot be converted: ${reason}.`);
  const theirs = Object.values(dialect.cells).map(({ called }) => called);
  throw new ArgumentError(
    op,
    `${cell.name} computes what none of ${dialect.name}'s ${listed(theirs)} does. Write its parameters as they are, with writeSafetensors.`,
  );
}

const sizes = { I: 2, H: 4, P: 3 };

function computesTheSame(cell: SomeCell, ours: AnyCell): boolean {
  const alike = (a: readonly string[], b: readonly string[]): boolean => [...a].sort().join() === [...b].sort().join();
  if (!alike(cell.gates, ours.gates) || !alike(cell.stateNames, ours.stateNames)) return false;
  const [forParams, forX, ...forStates] = splitKey(key(1), 2 + ours.stateNames.length) as [Tensor, Tensor, ...Tensor[]]; // as many as asked for
  const params = cell.init(forParams, sizes);
  const zero = ours.initialState(sizes, 2);
  const state = Object.fromEntries(
    ours.stateNames.map((name, i) => [name, normal(forStates[i] as Tensor, (zero[name] as Tensor).shape)]), // one for each
  );
  const x = normal(forX, [2, sizes.I]);
  try {
    const [one, two] = [cell.step(params, state, x), twoBiases(ours).step(params as ParamTree, state, x)];
    return near(one.out, two.out) && near(one.state, two.state);
  } catch {
    return false; // it takes other parameters
  }
}

const near = (a: unknown, b: unknown): boolean => {
  const [left, right] = [flatten('identify', a).leaves, flatten('identify', b as StateTree).leaves];
  return left.every((one, i) => {
    const [x, y] = [one.toTypedArray(), (right[i] as Tensor).toTypedArray()]; // alike, as the names were
    return x.length === y.length && x.every((value, at) => Math.abs(value - (y[at] as number)) <= 1e-12); // same length
  });
};

/** Layers, whichever way they were given, each checked by a step. */
export function layersOf(op: string, cell: SomeCell, given: unknown): readonly LayerParams[] {
  const layers = asList(op, given);
  if (layers.length === 0) throw new ArgumentError(op, 'there is no layer to write.');
  layers.forEach((layer, at) => {
    for (const params of layer.backward === undefined ? [layer.forward] : [layer.forward, layer.backward]) {
      const W = (params as { readonly [gate: string]: { readonly W?: unknown } } | undefined)?.[cell.gates[0] as string]
        ?.W; // a gate has W
      if (!(W instanceof Tensor)) {
        throw new ArgumentError(
          op,
          `the parameters of layer ${at} have no ${cell.gates[0]}.W. Give ${cell.name}'s parameters, or those of several layers as [{ forward, backward }, …] or as stacked has them.`,
        );
      }
      unroll(cell as Cell<ParamSpecs, StateSpec, Taps>, params, zeros([1, 1, W.shape[0] ?? 0], W.dtype)); // whole, as it came
    }
  });
  return layers;
}

/** One layer, a list of them, or what `stacked` of rnn/sequences initialises: layer0, layer1, … Checked further by steps. */
function asList(op: string, given: unknown): readonly LayerParams[] {
  if (Array.isArray(given)) return given as readonly LayerParams[]; // checked by steps
  if (typeof given !== 'object' || given === null || !('layer0' in given)) return [{ forward: given as ParamTree }]; // checked by steps
  return Object.entries(given as { readonly [layer: string]: ParamTree }).map(([name, layer]) => {
    if ('start' in layer || 'start' in ((layer.forward ?? {}) as ParamTree)) {
      throw new ArgumentError(
        op,
        `${name} has a learned start, which is no parameter of other frameworks' layers. Give it to them as their initial state, and write { cell } here.`,
      );
    }
    return 'backward' in layer ? (layer as unknown as LayerParams) : { forward: layer }; // both directions by name
  });
}
