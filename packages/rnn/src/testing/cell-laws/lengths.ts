/** @file The law of sequences of several lengths in one batch. */
import { abs, at, concat, expandDims, mapTree, reshape, slice, where } from '@throughline/autograd';
import { full, type Tensor, tensor } from '@throughline/tensor';
import type { AnyCell } from '../../cell.ts';
import type { StateTree } from '../../state.ts';
import { unroll } from '../../unroll.ts';
import { absent, all, type LawFinding, same } from './finding.ts';
import { joinStates, mapStates, rowless } from './states.ts';
import { gradientOf, type LawSubject, type Point, type Results, runOf } from './subject.ts';

/**
 * A row that ends early is that row cut off: its state is held, its outputs past the end are 0, and nothing past the end has
 * a gradient, NaN in the padding included. A row of no steps is legal.
 */
export function maskedIsTrimmed({ cell, point, seed }: LawSubject): LawFinding {
  const law = 'maskedIsTrimmed';
  const shared = rowless(cell);
  if (shared.length > 0) return absent(law, `${cell.name}'s state ${shared.join(', ')} has no axis B.`);
  const [first, ...rest] = lengthsFor(point).flatMap((lengths) => {
    const padded = { ...point, xs: withPadding(point.xs, lengths) };
    const masked = ({ params, xs, from }: Point): Results => {
      const { out, last } = unroll(cell, params, xs, { from, lengths });
      return { out, last };
    };
    const trimmed = (whole: Point): Results => byRow(cell, whole, lengths);
    const results = masked(padded);
    const gradients = gradientOf(masked, padded, seed);
    const beyond = { out: pastTheEnd(results.out, lengths), xs: pastTheEnd(gradients.xs as Tensor, lengths) }; // a leaf
    return [
      same(law, `values, lengths ${lengths.join(', ')}`, 1e-12, results, trimmed(point)),
      same(law, 'gradients', 1e-12, gradients, gradientOf(trimmed, point, seed)),
      same(
        law,
        'past the end',
        0,
        beyond,
        mapTree(beyond, (x) => full(x.shape, 0, x.dtype)),
      ),
    ];
  }) as [LawFinding, ...LawFinding[]]; // two at least
  return all(first, ...rest);
}

/** A long row beside a short one, and a row of no steps beside a whole one. */
function lengthsFor({ xs }: Point): number[][] {
  const [steps, rows] = xs.shape as [number, number]; // [T, B, I]
  const patterns = [
    [Math.ceil(steps / 2), steps],
    [0, 1],
  ];
  return patterns.map((lengths) => Array.from({ length: rows }, (_, row) => lengths[row % 2] as number)); // two
}

/** The steps that count: bool [T, B, 1, …], of the series' rank. */
function validIn({ shape: [steps = 0, rows = 0, ...rest] }: Tensor, lengths: readonly number[]): Tensor {
  const valid = Array.from({ length: steps }, (_, t) => lengths.map((length) => t < length));
  return reshape(tensor(valid), [steps, rows, ...rest.map(() => 1)]);
}

/** NaN past each row's end. */
const withPadding = (xs: Tensor, lengths: readonly number[]): Tensor =>
  where(validIn(xs, lengths), xs, full(xs.shape, Number.NaN, xs.dtype));

/** What stands past each row's end, and 0 before it: in absolute value, so that −0 is 0. */
const pastTheEnd = (series: Tensor, lengths: readonly number[]): Tensor =>
  abs(where(validIn(series, lengths), full(series.shape, 0, series.dtype), series));

/** Each row by itself, as long as it is, and zeros after it. */
function byRow(cell: AnyCell, { params, xs, from }: Point, lengths: readonly number[]): Results {
  const steps = xs.shape[0] as number; // [T, B, I]
  const shape = runOf(cell)({ params, xs, from }).out.shape;
  const runs = lengths.map((length, row): Results => {
    const own = mapStates(cell, from, (value, axis) => expandDims(at(value, row, axis), axis));
    const rest = full([steps - length, 1, ...shape.slice(2)], 0, xs.dtype);
    if (length === 0) return { out: rest, last: own };
    const { out, last } = runOf(cell)({ params, xs: slice(xs, [0, row], [length, row + 1]), from: own });
    return { out: length === steps ? out : concat([out, rest]), last };
  });
  return {
    out: concat(
      runs.map(({ out }) => out),
      1,
    ),
    last: joined(cell, runs),
  };
}

const joined = (cell: AnyCell, runs: readonly Results[]): StateTree =>
  joinStates(
    cell,
    runs.map(({ last }) => last),
    (values, axis) => concat(values, axis),
  );
