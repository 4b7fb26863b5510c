import { type Equation, type Program, typeOf, type VarId } from '@throughline/autograd/back-end';
import { sizeOf } from '@throughline/tensor';
import { runAtOnce } from './at-once.ts';
import { type Loop, readIn, rewriteLoops } from './loop.ts';
import type { Pass } from './pass.ts';
import { bytesOf, isFree, isTranscendental, keepsAll, type Rank, ranksOf } from './rank.ts';

/**
 * Exact: what a step computes from its slices and constants alone, never from the carry, is computed for all steps at
 * once before the loop, by the primitives' batching rules, when it pays: products with a constant, gathers from one,
 * elementary functions, and what these need. Its results become sequences.
 *
 * Not for loops under a checkpoint schedule nor for loops around loops: those were written to keep memory small.
 */
export const hoistRows: Pass = (program, say) =>
  rewriteLoops(program, (loop, outside) => {
    if (keepsAll(loop)) return false;
    const { leaving, results } = choose(loop);
    if (results.length === 0) return false;
    const part = runAtOnce(loop, loop.xs, results);
    outside.splice(part.program, part.operands).forEach((outer, k) => {
      loop.xs.push({ inner: results[k] as VarId, outer }); // one output per result
    });
    loop.body.drop(leaving);
    const bytes = results.reduce((sum, id) => sum + bytesOf(typeOf(loop.program, id)), 0);
    say?.(leaving.size, loop.params.length, bytes * loop.params.length);
    return true;
  });

/** Which equations leave, and which of their results the loop still reads. */
function choose(loop: Loop): { leaving: Set<Equation>; results: VarId[] } {
  const { program } = loop;
  const rank = ranksOf(loop);
  const wanted = new Set<VarId>();
  const leaving = new Set<Equation>();
  for (const equation of program.equations.toReversed()) {
    if (!equation.outputs.some((id) => rank(id) === 1)) continue;
    if (!pays(equation, program, rank) && !equation.outputs.some((id) => wanted.has(id))) continue;
    for (const id of equation.inputs) wanted.add(id);
    leaving.add(equation);
  }
  // Views of slices are read where they lie: the loop keeps its own.
  const computed = new Set<VarId>();
  for (const equation of program.equations) {
    if (!leaving.has(equation)) continue;
    if (isFree(equation) && !equation.inputs.some((id) => computed.has(id))) leaving.delete(equation);
    else for (const id of equation.outputs) computed.add(id);
  }
  const equations = program.equations.filter((equation) => !leaving.has(equation));
  const read = readIn({ equations, outputs: program.outputs });
  return { leaving, results: [...computed].filter((id) => read.has(id)) };
}

/** Whether it is cheaper for all steps at once. */
function pays(equation: Equation, program: Program, rank: (id: VarId) => Rank): boolean {
  const { primitive, inputs, outputs } = equation;
  const { kind } = primitive.semantics;
  if (kind === 'gather') return rank(inputs[0] as VarId) === 0; // x and indices
  if (kind !== 'contract') return isTranscendental(equation);
  if (inputs.some((id) => rank(id) === 0)) return true;
  const [size, ...operands] = [outputs[0] as VarId, ...inputs].map((id) => sizeOf(typeOf(program, id).shape)); // one result
  return (size as number) <= Math.max(...operands); // as above
}
