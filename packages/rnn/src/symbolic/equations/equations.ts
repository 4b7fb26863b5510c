import { flatten, type Program, trace } from '@throughline/autograd';
import { zeros } from '@throughline/tensor';
import type { AnyCell } from '../../cell.ts';
import type { Dims } from '../../dims.ts';
import { declared, mapSpecs } from '../../params.ts';
import { Expressions } from './expression.ts';

/** Options of `equations`. */
export interface EquationOptions {
  /** Gates of one form share a line: `f = σ(x W_f + h U_f + b_f)   i, o likewise`. */
  readonly likewise?: boolean;
}

/** One equation, and what it would be with its own name left out: equal for gates of one form. */
interface Line {
  readonly name: string;
  readonly text: string;
  readonly form: string;
}

/**
 * A cell's step as equations, read off its trace: there is no other source of them.
 *
 * The letters are the keys of params, states and taps: `f.W` is W_f, the next c is c'. What has no name prints as its
 * expression; broadcasting is left out, ⊙ is the product by elements, juxtaposition that of matrices.
 * @example equations(rnn).join()   // h' = tanh(x W_h + h U_h + b_h)
 */
export function equations(cell: AnyCell, options: EquationOptions = {}): string[] {
  const lines = linesOf(cell);
  if (options.likewise !== true) return lines.map(({ text }) => text);
  const printed = new Set<string>();
  return lines.flatMap(({ form, text }) => {
    if (printed.has(form)) return [];
    printed.add(form);
    const others = lines.filter((line) => line.form === form && line.text !== text).map(({ name }) => name);
    return [others.length === 0 ? text : `${text}   ${others.join(', ')} likewise`];
  });
}

/** A cell's equations as one text, with a name per line of gates that share a form. */
export const explain = (cell: AnyCell): string =>
  [cell.name, ...equations(cell, { likewise: true }).map((line) => `  ${line}`)].join('\n');

function linesOf(cell: AnyCell): Line[] {
  const { program, outputs, inputs } = withExtents(cell, traceAt);
  const primed = new Map(outputs.map(({ name, isState }) => [name, isState ? `${name}'` : name]));
  const names = new Map(program.inputs.map((id, i) => [id, inputs[i] ?? '?']));
  // A value with two names goes by the first: a state's, before a tap's, before `out`.
  const defined = outputs.filter(({ id }) => !names.has(id));
  for (const { id, name } of defined.toReversed()) names.set(id, primed.get(name) ?? name);
  const order = new Map(program.equations.flatMap((equation, i) => equation.outputs.map((id) => [id, i] as const)));
  const expressions = new Expressions(program, names);
  const shared = expressions.shared.map(({ id, name }): Output => ({ id, name, isState: false, isOut: false }));
  for (const { id, name } of shared) names.set(id, name);
  return [...outputs, ...shared]
    .toSorted((a, b) => (order.get(a.id) ?? -1) - (order.get(b.id) ?? -1))
    .flatMap(({ id, name, isOut }) => {
      const left = primed.get(name) ?? name;
      const alias = names.get(id) !== left;
      if (alias && isOut) return [];
      const right = alias ? (names.get(id) ?? '?') : expressions.definition(id);
      const form = right.replaceAll(new RegExp(`_${name.replaceAll('.', '\\.')}(?![\\w.])`, 'g'), '_□');
      return [{ name, text: `${left} = ${right}`, form: form.includes('_□') ? form : `${left} = ${right}` }];
    });
}

interface Output {
  readonly name: string;
  readonly id: number;
  readonly isState: boolean;
  readonly isOut: boolean;
}

interface TracedStep {
  readonly program: Program;
  readonly outputs: readonly Output[];
  readonly inputs: readonly string[];
}

/** A Program of a cell, at extents that tell the axes apart if the cell allows it. */
export function withExtents<R>(cell: AnyCell, traceAt: (cell: AnyCell, dims: Dims) => R): R {
  const used = new Set([
    ...declared(cell.params).flatMap(({ spec }) => [...spec.axes]),
    'I',
    'H',
    ...'ACDEFGJKLMNOPQRSTUVWXYZ',
  ]);
  const primes = [5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103];
  const distinct = Object.fromEntries([...used].map((letter, i) => [letter, primes[i] ?? 2])) as unknown as Dims; // I and H are in it
  try {
    return traceAt(cell, distinct);
  } catch (error) {
    try {
      return traceAt(cell, { ...distinct, I: distinct.H }); // cells that add x to a state
    } catch {
      throw error;
    }
  }
}

/** Parameters, states and an input of a cell at given extents, and their letters. */
export function examples(cell: AnyCell, dims: Dims) {
  const letter = dims as unknown as { readonly [letter: string]: number }; // extents by letter
  const shapeOf = (axes: string): number[] => [...axes].map((name) => letter[name] ?? 2);
  const params = mapSpecs(cell.params, (spec) => zeros(shapeOf(spec.axes))) as Parameters<AnyCell['step']>[0]; // the cell's own nesting
  const state = cell.initialState(dims, 3);
  const letters = [
    ...declared(cell.params).map(({ path }) => letterOf(path)),
    ...flatten('equations', state).paths,
    'x',
  ];
  return { params, state, x: zeros([3, dims.I]), letters };
}

function traceAt(cell: AnyCell, dims: Dims): TracedStep {
  const { params, state, x: input, letters } = examples(cell, dims);
  let paths: readonly string[] = [];
  const program = trace(
    (p, s, x) => {
      const { state: next, out, taps } = cell.step(p, s, x);
      const results = { state: next, tap: taps, out };
      paths = flatten('equations', results).paths;
      return results;
    },
    params,
    state,
    input,
  );
  const outputs = paths.map((path, i): Output => {
    const [kind] = path.split('.', 1);
    const id = program.outputs[i] as number; // one per path
    return {
      name: kind === 'out' ? 'out' : path.slice(path.indexOf('.') + 1),
      id,
      isState: kind === 'state',
      isOut: kind === 'out',
    };
  });
  return { program, outputs, inputs: letters };
}

/** `f.W` is W_f, `read.key.W` is W_read.key, `a` is a. */
function letterOf(path: string): string {
  const dot = path.lastIndexOf('.');
  return dot < 0 ? path : `${path.slice(dot + 1)}_${path.slice(0, dot)}`;
}
