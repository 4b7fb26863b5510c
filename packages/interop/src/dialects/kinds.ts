import {
  type AnyCell,
  defineCell,
  gru,
  gruResetBefore,
  lstm,
  type ParamSpecs,
  param,
  rnn,
  rnnRelu,
  type StateSpec,
  type Taps,
} from '@throughline/rnn';
import { projectedLstm } from '@throughline/rnn/cells';

/** The cells that other frameworks have too. */
export type CellKind = 'rnn' | 'rnnRelu' | 'lstm' | 'projectedLstm' | 'gru' | 'gruResetBefore';

const erase = (cell: unknown): AnyCell => cell as AnyCell; // its names are forgotten

/** Our cell of each kind. */
export const cellOf: Readonly<Record<CellKind, AnyCell>> = {
  rnn: erase(rnn),
  rnnRelu: erase(rnnRelu),
  lstm: erase(lstm),
  projectedLstm: erase(projectedLstm),
  gru: erase(gru),
  gruResetBefore: erase(gruResetBefore),
};

/** Gates whose two biases are two in effect: the GRU's reset stands between them. */
export const keptApart: Readonly<Record<CellKind, readonly string[]>> = {
  rnn: [],
  rnnRelu: [],
  lstm: [],
  projectedLstm: [],
  gru: ['n'],
  gruResetBefore: [],
};

/**
 * The same cell, whose every gate keeps two biases as PyTorch's do: b for the product with W, b2 for that with U. Their sum
 * is what counts, so the outputs are the same; an optimiser moves both.
 *
 * For cells that join their gates by `affine`, or name b2 themselves.
 * @example twoBiases(lstm).gates.length   // 4
 * @example Object.keys(twoBiases(lstm).params.f ?? {}).join()   // W,U,b,b2
 */
export function twoBiases(
  cell: Pick<AnyCell, 'name' | 'params' | 'state' | 'belt' | 'gates'> & { readonly step: unknown },
): AnyCell {
  const spec = {
    name: cell.name,
    params: withSecond(cell.params, cell.gates),
    state: cell.state,
    step: cell.step as AnyCell['step'], // affine adds b2 where there is one
    ...(cell.belt === undefined ? {} : { belt: cell.belt }),
  };
  return erase(
    defineCell<ParamSpecs, StateSpec, Taps, string>(
      spec as Parameters<typeof defineCell<ParamSpecs, StateSpec, Taps, string>>[0],
    ),
  ); // names were checked when the cell was made
}

function withSecond(specs: ParamSpecs, gates: readonly string[], prefix = ''): ParamSpecs {
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => {
      const path = prefix === '' ? name : `${prefix}.${name}`;
      if (spec.kind === 'param') return [name, spec];
      const inner = withSecond(spec as ParamSpecs, gates, path); // no declaration, so a record
      return [name, gates.includes(path) && !('b2' in inner) ? { ...inner, b2: param('H') } : inner];
    }),
  );
}
