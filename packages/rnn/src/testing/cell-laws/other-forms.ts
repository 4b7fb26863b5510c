/** @file Laws about other ways to compute a run: in parallel, compiled. */
import { unroll } from '../../unroll.ts';
import { absent, all, type LawFinding, same } from './finding.ts';
import { gradientOf, type LawSubject, overFloats, type Point, type Results, recorded, runOf } from './subject.ts';

/** All steps in one go, where the cell has such a form, are the steps one by one. */
export function parallelIsSequential({ cell, point, seed }: LawSubject): LawFinding {
  const law = 'parallelIsSequential';
  if (cell.parallel === undefined) return absent(law, `${cell.name} has no parallel form.`);
  const inOneGo = ({ params, xs, from }: Point): Results => {
    const { out, last } = unroll(cell, params, xs, { from, parallel: true });
    return { out, last };
  };
  const oneByOne = runOf(cell);
  return all(
    same(law, 'values', 1e-12, inOneGo(point), oneByOne(point)),
    same(law, 'gradients', 1e-12, gradientOf(inOneGo, point, seed), gradientOf(oneByOne, point, seed)),
  );
}

/** Compiled without reordering, values and gradients have the interpreter's bits. */
export function compiledIsInterpreted({ cell, point, seed, compile }: LawSubject): LawFinding {
  const law = 'compiledIsInterpreted';
  if (compile === undefined) return absent(law, 'no compiler was given. Pass { compile }.');
  const run = runOf(cell);
  const everything = (at: Point): unknown => ({ ...run(at), gradients: gradientOf(run, at, seed) });
  const { f, at } = overFloats(point, everything);
  const compiled = compile(f, { reassociate: false })(at);
  return same(law, 'values and gradients', 0, compiled, recorded(f, at, compiled));
}
