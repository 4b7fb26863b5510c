import type { ParamTree } from '@throughline/rnn';
import { ArgumentError, formatType, ShapeError, type Tensor } from '@throughline/tensor';
import { paramsOf } from './blocks.ts';
import type { Block, CellTable, Dialect } from './dialect.ts';
import { type CellKind, cellOf, keptApart, twoBiases } from './kinds.ts';
import type { Recurrent } from './recurrent.ts';
import { checkDtypes } from './state-dict.ts';

/** A tensor under the name it has in the file. */
export interface Named {
  readonly name: string;
  readonly tensor: Tensor;
}

/** The arrays of one layer in one direction, as they were found. */
export interface Found {
  readonly input: Named;
  readonly recurrent: Named;
  readonly bias: Named | null;
  readonly bias2: Named | null;
  /** weight_hr. */
  readonly projection?: Named | null;
}

/** One layer as it was found. */
export interface FoundLayer {
  readonly forward: Found;
  readonly backward: Found | null;
}

/** The extents of a layer: gates, hidden units, and the width of its output, which a projection makes another. */
export interface Extents {
  readonly G: number;
  readonly H: number;
  readonly P: number;
}

/** How many gates an array has: the ratio of its axes, where nothing stands between state and output. */
export function gatesIn(op: string, { stacked }: Dialect, { recurrent, projection }: Found): Extents {
  const { name, tensor } = recurrent;
  const [rows = 0, columns = 0] = tensor.shape;
  const [wide, P] = stacked === 'rows' ? [rows, columns] : [columns, rows];
  const H = projection == null ? P : (projection.tensor.shape[1] ?? 0);
  const G = wide / H;
  if (tensor.rank === 2 && H > 0 && Number.isInteger(G)) return { G, H, P };
  const layout = projection == null ? (stacked === 'rows' ? '[G·H, H]' : '[H, G·H]') : '[G·H, P]';
  throw new ShapeError(op, `${name} is ${formatType(tensor)}, not ${layout} for a whole number of gates G.`);
}

/** Layers as they were found, checked against each other and turned into our parameters. */
export function assemble(
  op: string,
  dialect: Dialect,
  kind: CellKind,
  found: readonly FoundLayer[],
  biases: 1 | 2,
): Pick<Recurrent, 'kind' | 'cell' | 'dims' | 'bidirectional' | 'params' | 'layers' | 'stack'> {
  const table = dialect.cells[kind] as CellTable; // the kinds of a dialect
  const [first] = found as readonly [FoundLayer, ...FoundLayer[]]; // at least one
  const { H, P } = gatesIn(op, dialect, first.forward);
  const directions = first.backward === null ? 1 : 2;
  const every = found.flatMap(({ forward, backward }) => (backward === null ? [forward] : [forward, backward]));
  checkDtypes(
    op,
    every.flatMap((one) =>
      [one.input, one.recurrent, one.bias, one.bias2, one.projection ?? null].filter((array) => array !== null),
    ),
  );
  const I = inputsOf(dialect, first.forward);
  found.forEach(({ forward, backward }, at) => {
    if ((backward === null ? 1 : 2) !== directions) {
      throw new ArgumentError(
        op,
        `${found[at]?.forward.input.name} has ${backward === null ? 'no backward direction' : 'a backward direction'}, the first layer ${directions === 1 ? 'has none' : 'has one'}.`,
      );
    }
    const inputs = at === 0 ? I : directions * P;
    for (const one of backward === null ? [forward] : [forward, backward])
      checkFound(op, dialect, table, one, { I: inputs, H, P });
  });
  const base = cellOf[kind];
  const cell = biases === 2 ? twoBiases(base) : base;
  const kept = biases === 2 ? table.gates : keptApart[kind];
  const read = (one: Found): ParamTree => {
    const params = paramsOf(blockOfFound(one), dialect, table, { kept });
    return Object.fromEntries(Object.keys(cell.params).map((gate) => [gate, params[gate] as ParamTree])); // in our order
  };
  const layers = found.map(({ forward, backward }) => ({
    forward: read(forward),
    ...(backward === null ? {} : { backward: read(backward) }),
  }));
  return {
    kind,
    cell,
    dims: { I, H, ...(kind === 'projectedLstm' ? { P } : {}), layers: layers.length },
    bidirectional: directions === 2,
    params: (layers[0] as (typeof layers)[number]).forward, // at least one
    layers,
    stack: Object.fromEntries(
      layers.map(({ forward, backward }, at) => [
        `layer${at}`,
        backward === undefined ? forward : { forward, backward },
      ]),
    ),
  };
}

const blockOfFound = ({ input, recurrent, bias, bias2, projection }: Found): Block => ({
  input: input.tensor,
  recurrent: recurrent.tensor,
  bias: bias?.tensor ?? null,
  bias2: bias2?.tensor ?? null,
  projection: projection?.tensor ?? null,
});

const inputsOf = ({ stacked }: Dialect, { input }: Found): number =>
  input.tensor.shape[stacked === 'rows' ? 1 : 0] ?? 0;

function checkFound(
  op: string,
  { stacked }: Dialect,
  { called, gates }: CellTable,
  found: Found,
  { I, H, P }: { readonly I: number; readonly H: number; readonly P: number },
): void {
  const wide = gates.length * H;
  const matrix = (inputs: number): number[] => (stacked === 'rows' ? [wide, inputs] : [inputs, wide]);
  const expected: [Named | null, number[]][] = [
    [found.recurrent, matrix(P)],
    [found.input, matrix(I)],
    [found.bias, [wide]],
    [found.bias2, [wide]],
    [found.projection ?? null, [P, H]],
  ];
  for (const [array, shape] of expected) {
    if (array === null) continue;
    const { name, tensor } = array;
    if (tensor.rank === shape.length && shape.every((extent, axis) => tensor.shape[axis] === extent)) continue;
    throw new ShapeError(
      op,
      `${name} is ${formatType(tensor)}; ${called} with I = ${I}, H = ${H} has [${shape.join(',')}] there.`,
    );
  }
}
