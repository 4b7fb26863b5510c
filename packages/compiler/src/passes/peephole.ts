import type { AnyPrimitive, Equation, Origin, Params, Program, VarId } from '@throughline/autograd/back-end';
import type { Concrete, TensorType } from '@throughline/tensor';
import { Draft } from './draft.ts';

/** What an equation applies to what: all of it that rules look at. */
export type Application = Pick<Equation, 'primitive' | 'inputs' | 'params'>;

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
  let changed = false;
  let origin: Origin | undefined;
  const graph: Graph = {
    type: (id) => draft.type(id),
    constant: (id) => draft.constants.get(id),
    maker: (id) => draft.maker(id),
    place: (id) => draft.maker(id)?.outputs.indexOf(id) ?? 0,
    hold(value) {
      const id = draft.variable(value);
      draft.constants.set(id, value);
      return id;
    },
    apply(primitive, inputs, params) {
      const instead = rule({ primitive, inputs, params }, graph);
      return instead === null ? draft.one(primitive, inputs, params, origin) : (instead[0] as VarId); // it has one result
    },
  };
  for (const equation of program.equations) {
    const here = draft.renamed(equation);
    origin = equation.origin;
    const instead = rule(here, graph);
    if (instead === null) {
      draft.keep(here);
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
