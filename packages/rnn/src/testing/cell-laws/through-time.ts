/** @file Laws about time: however the steps are cut, the run is one. */
import { stack, unstack } from '@throughline/autograd';
import { stream } from '../../sequences/stream.ts';
import { absent, all, type LawFinding, same } from './finding.ts';
import {
  gradientOf,
  type LawSubject,
  loopOf,
  overFloats,
  type Point,
  type Results,
  recorded,
  runOf,
} from './subject.ts';

/** `unroll`, recorded as one loop, gives the bits of cell.step in a loop of JavaScript; its gradient is that of the loop. */
export function scanIsLoop({ cell, point, seed }: LawSubject): LawFinding {
  const law = 'scanIsLoop';
  const [scanned, looped] = [runOf(cell), loopOf(cell)];
  const values = looped(point);
  const gradients = gradientOf(looped, point, seed);
  const over = overFloats(point, (at) => gradientOf(scanned, at, seed));
  return all(
    same(law, 'values', 0, recorded(scanned, point, values), values),
    same(law, 'gradients', 1e-12, recorded(over.f, over.at, gradients), gradients),
  );
}

/** A run in pieces, each from the state of the one before, is one run. */
export function chunkedIsWhole({ cell, point, seed }: LawSubject): LawFinding {
  const law = 'chunkedIsWhole';
  const steps = point.xs.shape[0] as number; // [T, B, I]
  if (steps < 2) return absent(law, 'one step cannot be cut. Check with more steps.');
  const whole = runOf(cell);
  const cuts = [...new Set([0, 1, Math.floor(steps / 2), steps])];
  const chunked = ({ params, xs, from }: Point): Results => {
    const slices = unstack(xs);
    let state = from;
    const outs = cuts.slice(1).flatMap((end, n) => {
      const { out, last } = whole({ params, xs: stack(slices.slice(cuts[n], end)), from: state });
      state = last;
      return unstack(out);
    });
    return { out: stack(outs), last: state };
  };
  return all(
    same(law, 'values', 0, chunked(point), whole(point)),
    same(law, 'gradients', 1e-12, gradientOf(chunked, point, seed), gradientOf(whole, point, seed)),
  );
}

/** `stream`, given one input after another, put away as JSON and taken up again half-way, gives the bits of the whole run. */
export function streamedIsWhole({ cell, point }: LawSubject): LawFinding {
  const { params, xs, from } = point;
  const batch = xs.shape[1] as number; // [T, B, I]
  let machine = stream(cell, params, { batch, from });
  const outs = unstack(xs).map((x, step) => {
    if (step === Math.floor((xs.shape[0] as number) / 2)) {
      const saved = JSON.stringify(machine.save());
      machine = stream(cell, params, { batch });
      machine.load(JSON.parse(saved));
    }
    return machine.push(x);
  });
  return same('streamedIsWhole', 'values', 0, { out: stack(outs), last: machine.state }, runOf(cell)(point));
}
