/** @file Laws about other ways to compute a run: in parallel, compiled. */
import { evaluate, flatten, trace } from '@throughline/autograd';
import type { Tensor } from '@throughline/tensor';
import { absent, all, type LawFinding, same } from './finding.ts';
import { gradientOf, type LawSubject, overFloats, type Point, type Results, runOf } from './subject.ts';

/** Compiled without reordering, values and gradients have the interpreter's bits. */
export function compiledIsInterpreted({ cell, point, seed, compile }: LawSubject): LawFinding {
  const law = 'compiledIsInterpreted';
  if (compile === undefined) return absent(law, 'no compiler was given. Pass { compile }.');
  const run = runOf(cell);
  const all = (at: Point): unknown => ({ ...run(at), gradients: gradientOf(run, at, seed) });
  const { f, at } = overFloats(point, all);
  const interpreted = evaluate(trace(f, at), at);
  const compiled = flatten('checkCell', compile(f, { reassociate: false })(at)).leaves;
  return same(law, 'values and gradients', 0, compiled, interpreted);
}
