import { flatten, type Program, trace } from '@throughline/autograd';
import { formatType, isDifferentiable, sizeOf, type Tensor, type TensorType } from '@throughline/tensor';
import type { AnyCell } from '../../cell.ts';
import type { ParamTree } from '../../params.ts';
import type { StateTree } from '../../state.ts';
import { letterOf } from '../../symbolic/equations/extents.ts';
import type { Span } from '../language/ast.ts';
import { ClaimError, suggestion } from '../language/claim-error.ts';

/** A line that a claim may name. */
export interface KnownLine {
  readonly name: string;
  /** 0 for a state, whose first value is the initial one; 1 for the rest. */
  readonly first: 0 | 1;
  /** Elements of one row. */
  readonly size: number;
  readonly type: TensorType;
}

/** What a cell's claims may speak of, from one traced step. */
export interface Vocabulary {
  readonly cell: string;
  readonly lines: ReadonlyMap<string, KnownLine>;
  /** Paths and types of the parameters, in order. */
  readonly params: ReadonlyMap<string, TensorType>;
  readonly step: StepProgram;
}

/** One step, recorded: parameters, states and x in; the next states, out and taps out, by name. */
export interface StepProgram {
  readonly program: Program;
  readonly params: readonly string[];
  readonly states: readonly string[];
  /** Variables by line. A state's is the next one; x is an input. */
  readonly lines: ReadonlyMap<string, number>;
  /** Variables of the states as the step takes them. */
  readonly before: ReadonlyMap<string, number>;
}

/** Records a step of a cell on values of these types. */
export function recordStep(cell: AnyCell, params: ParamTree, state: StateTree, x: Tensor): StepProgram {
  const given = { params: flatten('claim', params), state: flatten('claim', state) };
  let names: string[] = [];
  const program = trace(
    (p: ParamTree, s: StateTree, input: Tensor) => {
      const result = cell.step(p, s, input);
      const [next, taps] = [flatten('claim', result.state), flatten('claim', result.taps)];
      names = [...next.paths, 'out', ...taps.paths];
      return [...next.leaves, result.out, ...taps.leaves];
    },
    params,
    state,
    x,
  );
  const [nParams, nStates] = [given.params.leaves.length, given.state.leaves.length];
  const input = (i: number): number => program.inputs[i] as number; // one per leaf
  return {
    program,
    params: given.params.paths,
    states: given.state.paths,
    lines: new Map([
      ...names.map((name, i) => [name, program.outputs[i] as number] as const), // one per name
      ['x', input(nParams + nStates)] as const,
    ]),
    before: new Map(given.state.paths.map((name, i) => [name, input(nParams + i)])),
  };
}

/** The words of a cell, from a recorded step. */
export function vocabularyOf(cell: AnyCell, step: StepProgram): Vocabulary {
  const { program } = step;
  const typeAt = (id: number): TensorType => program.types[id] as TensorType; // an index into types
  const lines = new Map(
    [...step.lines].map(([name, id]): [string, KnownLine] => {
      const type = typeAt(id);
      return [name, { name, first: step.states.includes(name) ? 0 : 1, size: sizeOf(type.shape.slice(1)), type }];
    }),
  );
  const params = new Map(step.params.map((path, i) => [path, typeAt(program.inputs[i] as number)])); // one per leaf
  return { cell: cell.name, lines, params, step };
}

/** A line by name. @throws ClaimError where the name stands. */
export function lineNamed(
  text: string,
  { lines, cell }: Vocabulary,
  node: Span & { readonly name: string },
): KnownLine {
  const { name } = node;
  const line = lines.get(name);
  if (line !== undefined) return line;
  const known = [...lines.keys()];
  const what = `${cell} has no line ${name}.${suggestion(name, known)} Its lines are ${known.join(', ')}.`;
  throw new ClaimError(text, { at: node.at, end: node.at + name.length }, what);
}

/** A line with a derivative. */
export function floatLine(text: string, words: Vocabulary, node: Span & { readonly name: string }): KnownLine {
  const line = lineNamed(text, words, node);
  if (isDifferentiable(line.type)) return line;
  const what = `${line.name} is ${formatType(line.type)}, which has no derivative.`;
  throw new ClaimError(text, { at: node.at, end: node.at + line.name.length }, what);
}

/** The path of a parameter written as `f.U`, `U_f`, or `U` where there is one only; undefined for other names. */
export function paramNamed(
  text: string,
  { params, cell }: Vocabulary,
  node: Span & { readonly name: string },
): string | undefined {
  const { name } = node;
  if (params.has(name)) return name;
  const underscore = name.indexOf('_');
  const turned = underscore < 0 ? name : `${name.slice(underscore + 1)}.${name.slice(0, underscore)}`;
  if (params.has(turned)) return turned;
  const ending = [...params.keys()].filter((path) => path.endsWith(`.${name}`));
  if (ending.length < 2) return ending[0];
  const letters = ending.map((path) => letterOf(path));
  throw new ClaimError(text, node, `${cell} has more than one ${name}: ${letters.join(', ')}. Write which.`);
}
