import { flatten } from '@throughline/autograd';
import { simplify } from '@throughline/autograd/symbolic';
import { fromStorage, isDifferentiable, type Tensor } from '@throughline/tensor';
import { reach } from '../../analysis/paths/reach.ts';
import { type Answer, answer, pairOfNumbers } from '../answer.ts';
import type { Statement } from '../language/ast.ts';
import type { Reading } from '../meaning/reading.ts';
import type { StepProgram } from '../meaning/vocabulary.ts';
import { StepReplay } from '../measure/replay-steps.ts';
import type { Specimen } from '../measure/specimen.ts';

type Dependence = Extract<Statement, { kind: 'dependence' }>;

/**
 * Decides whether one step computes a line from another: a state stands for its value before the step, taps, x and out for
 * theirs in it. No path in the recorded step proves that there is none, and an example that there is one; where there is neither, that
 * simplifying the step leaves no path.
 */
export function decide(reading: Reading, specimens: readonly Specimen[]): Answer {
  const { claim, words } = reading;
  const { line, on, negated } = reading.statement as Dependence; // check asks
  const say = (verdict: Answer['verdict'], covers: string, reason: string): Answer =>
    answer({ verdict, claim: String(claim), cell: words.cell, covers, reason, measurement: null });
  const said = `${line.name} of a step from ${on.name}${words.step.states.includes(on.name) ? ' before it' : ' in it'}`;
  const none = (how: string): Answer =>
    say(
      negated ? 'proved' : 'refuted',
      'for all parameters, inputs and states',
      `no path in the recorded step${how} computes ${said}.`,
    );
  if (!hasPath(words.step, line.name, on.name)) return none('');
  for (const specimen of specimens) {
    const example = exampleOf(specimen, line.name, on.name);
    if (example === undefined) continue;
    const [before, after] = pairOfNumbers(example.before, example.after);
    const reason = `moving ${on.name} by 1/8 moves an element of ${line.name} from ${before} to ${after} (${specimen.name}).`;
    return say(negated ? 'refuted' : 'proved', 'by an example', reason);
  }
  if (!hasSimplifiedPath(words.step, line.name, on.name)) return none(', simplified,');
  return say(
    'inconclusive',
    `${specimens.length} runs`,
    `the recorded step has a path that computes ${said}, but moving ${on.name} moved nothing.`,
  );
}

const endsOf = ({ before, lines }: StepProgram, line: string, on: string): readonly [number, number] => [
  before.get(on) ?? lines.get(on) ?? -1,
  lines.get(line) ?? -1,
];

/** What `dependsOn` decides. */
function hasPath(step: StepProgram, line: string, on: string): boolean {
  const [source, target] = endsOf(step, line, on);
  return reach(step.program, [source]).has(target);
}

/** The same after simplifying: x − x leads nowhere. Of taps, which may be simplified away, nothing is said. */
function hasSimplifiedPath(step: StepProgram, line: string, on: string): boolean {
  const [source, target] = endsOf(step, line, on);
  const input = step.program.inputs.indexOf(source);
  const output = step.program.outputs.indexOf(target);
  if (input < 0 || output < 0) return true;
  const simple = simplify(step.program);
  return reach(simple, [simple.inputs[input] as number]).has(simple.outputs[output] as number); // inputs and outputs stay
}

/** An element that moves when the line is moved: more than rounding could. */
function exampleOf(
  specimen: Specimen,
  line: string,
  on: string,
): { readonly before: number; readonly after: number } | undefined {
  const replay = new StepReplay(specimen);
  const { states, lines } = replay.step;
  const state = flatten('check', specimen.from).leaves;
  const x = specimen.inputs[0] as Tensor; // a run has a step
  const plain = replay.run(state, x);
  const at = states.indexOf(on);
  const value = at >= 0 ? state[at] : plain.lines.get(on);
  if (value === undefined || !isDifferentiable(value)) return undefined;
  const moved = fromStorage(
    Float64Array.from(value.toTypedArray(), (one) => Number(one) + 0.125),
    'float64',
    value.shape,
  );
  const overrides = { variables: new Map([[lines.get(on) ?? -1, moved]]), handedOn: new Map<string, Tensor>() };
  const after = at >= 0 ? replay.run(state.with(at, moved), x) : replay.run(state, x, overrides);
  const [a, b] = [plain, after].map((values) => Array.from(values.lines.get(line)?.toTypedArray() ?? [], Number));
  const i = (a ?? []).findIndex((one, k) => Math.abs(one - (b?.[k] ?? one)) > 1e-6 * Math.max(1e-3, Math.abs(one)));
  return i < 0 ? undefined : { before: a?.[i] ?? Number.NaN, after: b?.[i] ?? Number.NaN };
}
