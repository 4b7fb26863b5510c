import { flatten, type Program, trace } from '@throughline/autograd';
import { simplify } from '@throughline/autograd/symbolic';
import type { AnyCell } from '../../cell.ts';
import type { Dims } from '../../dims.ts';
import { Expressions } from './expression.ts';
import { examples, extentNames, withExtents } from './extents.ts';

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

function linesOf(cell: AnyCell): Line[] {
  const { program, outputs, inputs, extents } = withExtents(cell, traceAt);
  const primed = new Map(outputs.map(({ name, isState }) => [name, isState ? `${name}'` : name]));
  const names = new Map(program.inputs.map((id, i) => [id, inputs[i] ?? '?']));
  // A value with two names goes by the first: a state's, before a tap's, before `out`.
  const defined = outputs.filter(({ id }) => !names.has(id));
  for (const { id, name } of defined.toReversed()) names.set(id, primed.get(name) ?? name);
  const order = new Map(program.equations.flatMap((equation, i) => equation.outputs.map((id) => [id, i] as const)));
  const expressions = new Expressions(program, { names, extents });
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
  readonly extents: ReadonlyMap<number, string>;
}

function traceAt(cell: AnyCell, dims: Dims): TracedStep {
  const { params, state, x: input, letters } = examples(cell, dims);
  let paths: readonly string[] = [];
  const traced = trace(
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
  const program = simplify(traced, []); // equal equations become one; otherwise it stays as it was written
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
  return { program, outputs, inputs: letters, extents: extentNames(dims) };
}
