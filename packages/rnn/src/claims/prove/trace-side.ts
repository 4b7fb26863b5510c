import { broadcastTo, type Program, trace } from '@throughline/autograd';
import { full, type Tensor, zeros } from '@throughline/tensor';
import type { ParamTree } from '../../params.ts';
import type { StateTree } from '../../state.ts';
import type { Node } from '../language/ast.ts';
import { valueOfTime } from '../language/times.ts';
import { Evaluator } from '../meaning/evaluate.ts';
import { spread } from '../meaning/value.ts';
import { flatRows, Lines, paramsOf } from '../measure/sources.ts';
import { Operator, type OperatorSource, zeroFor } from './operator.ts';
import type { Situation } from './situations.ts';
import { paramTypes, type Subject, tracedRows } from './subject.ts';
import { Unprovable } from './unprovable.ts';

/** What a proof is traced on: types only, no numbers. */
export interface Setting extends Subject {
  readonly situation: Situation;
}

/** A value of a run on abstract parameters, states and inputs. */
export interface Abstractly {
  readonly lines: Lines;
  readonly source: OperatorSource;
  /** A vector to multiply matrices with from the left. */
  readonly cotangent: Tensor;
}

/** Records what `f` makes of an abstract run. Inputs: parameters, states, every x, and a cotangent of n elements. */
export function traceRun(
  { reading, cell, dims, situation }: Setting,
  n: number,
  f: (run: Abstractly) => Tensor,
): Program {
  const params = paramTypes(cell, dims);
  const from = cell.initialState(dims, tracedRows);
  const inputs = Array.from({ length: situation.steps }, () => full([tracedRows, dims.I], 0));
  return trace(
    (p: ParamTree, s: StateTree, xs: readonly Tensor[], cotangent: Tensor) => {
      const lines = new Lines({ cell, params: p, from: s, inputs: xs });
      const source: OperatorSource = {
        rows: tracedRows,
        line: (name, t) => flatRows(lines.at(name, t)),
        param: paramsOf(reading.claim.text, reading.words, p),
        derivative: () => {
          throw new Unprovable('a derivative stands where no rule covers it');
        },
        pull: (node, times, ct) => {
          const y = lines.at(node.y.name, valueOfTime(node.y.time, times));
          const found = lines.derivative(node, times);
          if (found === null)
            return zeroFor(ct, flatRows(lines.at(node.x.name, valueOfTime(node.x.time, times))).shape[1] ?? 0);
          return flatRows(found.vjp(y.rank === 2 ? ct : reshapeLike(ct, y)));
        },
      };
      return f({ lines, source, cotangent });
    },
    params,
    from,
    inputs,
    zeros([tracedRows, n]),
  );
}

const reshapeLike = (ct: Tensor, y: Tensor): Tensor => ct.reshape(y.shape);

/** The Program of one side: its value, or as a matrix its product with a cotangent from the left. */
export function traceSide(setting: Setting, node: Node, like: Node, change: (x: Tensor) => Tensor = (x) => x): Program {
  const { kinds } = setting.reading;
  const { times } = setting.situation;
  const other = kinds.get(like);
  const matrix = [kinds.get(node), other].find((kind) => kind?.kind === 'matrix');
  if (matrix?.kind !== 'matrix') {
    const wide = other?.kind === 'vector' ? [tracedRows, other.n] : undefined;
    return traceRun(setting, 1, ({ source }) => {
      const { kind, x } = new Evaluator(kinds, source).evaluate(node, times);
      return change(kind === 'number' && wide !== undefined ? broadcastTo(spread(x, 2), wide) : x);
    });
  }
  return traceRun(setting, matrix.m, ({ source, cotangent }) => {
    const isZero = node.kind === 'number' && node.value === 0;
    return change(
      isZero ? zeroFor(cotangent, matrix.n) : new Operator(kinds, source).apply(node, cotangent, 'left', times),
    );
  });
}
