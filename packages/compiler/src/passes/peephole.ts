import type { AnyPrimitive, Equation, Params, Program, VarId } from '@throughline/autograd/back-end';
import type { Concrete, TensorType } from '@throughline/tensor';
import { Draft } from './draft.ts';

/** What an equation applies to what: all of it that rules look at. */
export type Application = Pick<Equation, 'primitive' | 'inputs' | 'params' | 'origin'>;

/** What is known of the equations before the one that a rule looks at, and how it adds others. */
export interface Graph {
  type(id: VarId): TensorType;
  constant(id: VarId): Concrete | undefined;
  /** The equation that gives a variable, as it was rewritten. */
  maker(id: VarId): Equation | undefined;
  /** Which of its equation's results a variable is. */
  place(id: VarId): number;
  /** A new constant. */
  hold(value: Concrete): VarId;
  /** Applies a primitive with one result; rules look at it too. */
  apply(primitive: AnyPrimitive, inputs: readonly VarId[], params: Params): VarId;
}

/** The variables that stand for an equation's results, or null to leave it. */
export type Rule = (equation: Application, graph: Graph) => readonly VarId[] | null;

/** One sweep over a Program's equations, each of which `rule` may replace. Gives back the very Program when it replaced none. */
export function peephole(program: Program, rule: Rule): Program {
  const draft = new Draft(program);
  const makers: Equation[] = [];
  const places: number[] = [];
  let changed = false;
  let here: Application;
  const written = (): Equation => {
    const equation = draft.equations.at(-1) as Equation; // one was just added
    equation.outputs.forEach((id, k) => {
      makers[id] = equation;
      places[id] = k;
    });
    return equation;
  };
  const graph: Graph = {
    type: (id) => draft.type(id),
    constant: (id) => draft.constants.get(id),
    maker: (id) => makers[id],
    place: (id) => places[id] ?? 0,
    hold(value) {
      const id = draft.variable(value);
      draft.constants.set(id, value);
      return id;
    },
    apply(primitive, inputs, params) {
      const { origin } = here;
      const instead = rule({ primitive, inputs, params, ...(origin && { origin }) }, graph);
      if (instead !== null) return instead[0] as VarId; // it has one result
      draft.add(primitive, inputs, params, origin);
      return written().outputs[0] as VarId; // it has one result
    },
  };
  for (const equation of program.equations) {
    here = { ...equation, inputs: equation.inputs.map(draft.name) };
    const instead = rule(here, graph);
    if (instead === null) {
      draft.keep(equation);
      written();
      continue;
    }
    changed = true;
    equation.outputs.forEach((id, k) => {
      draft.rename(id, instead[k] as VarId); // one for each result
    });
  }
  return changed ? draft.finish() : program;
}

/** The number that a variable holds at every place, when that is known: of a scalar constant, or of a view that repeats one. */
export function uniform(id: VarId, graph: Graph): Concrete | undefined {
  const value = graph.constant(id);
  if (value !== undefined) return value.storage.length === 1 ? value : undefined;
  const maker = graph.maker(id);
  if (maker?.primitive.semantics.kind !== 'view' || maker.inputs.length !== 1) return undefined;
  const { fill } = maker.primitive.semantics;
  return fill === undefined ? uniform(maker.inputs[0] as VarId, graph) : undefined; // it has one operand
}
