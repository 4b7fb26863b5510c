import type { AnyPrimitive, Equation, Params, Program, VarId } from '@throughline/autograd/back-end';
import type { Concrete } from '@throughline/tensor';
import { type Draft, rewriteEach } from './draft.ts';
import type { Say } from './pass.ts';

/** What an equation applies to what: all of it that rules look at. */
export type Application = Pick<Equation, 'primitive' | 'inputs' | 'params'>;

/** What is known of the equations before the one that a rule looks at, and how it adds others. */
export interface Graph extends Pick<Draft, 'type' | 'maker' | 'hold' | 'constants'> {
  /** Applies a primitive with one result; rules look at it too. */
  apply(primitive: AnyPrimitive, inputs: readonly VarId[], params: Params): VarId;
}

/** The variables that stand for an equation's results, or null to leave it. */
export type Rule = (equation: Application, graph: Graph) => readonly VarId[] | null;

/** One sweep over a Program's equations, each of which `rule` may replace; `say` is told how many. Gives back the very Program when it replaced none. */
export const peephole = (program: Program, rule: Rule, say?: Say): Program =>
  rewriteEach(
    program,
    () => true,
    (equation, draft) => {
      const { type, constants, maker, hold } = draft;
      const apply: Graph['apply'] = (primitive, inputs, params) => {
        const instead = rule({ primitive, inputs, params }, graph);
        return instead === null ? draft.one(primitive, inputs, params, equation.origin) : (instead[0] as VarId); // it has one result
      };
      const graph: Graph = { type, constants, maker, hold, apply };
      const instead = rule(draft.renamed(equation), graph);
      if (instead !== null) draft.replace(equation, instead);
      return instead !== null;
    },
    say,
  );

/** The number that a variable holds at every place, when that is known: of a scalar constant, or of a view that repeats one. */
export function uniform(id: VarId, graph: Graph): Concrete | undefined {
  const value = graph.constants.get(id);
  if (value !== undefined) return value.storage.length === 1 ? value : undefined;
  const maker = graph.maker(id);
  if (maker?.primitive.semantics.kind !== 'view' || maker.inputs.length !== 1) return undefined;
  const { fill } = maker.primitive.semantics;
  return fill === undefined ? uniform(maker.inputs[0] as VarId, graph) : undefined; // it has one operand
}
