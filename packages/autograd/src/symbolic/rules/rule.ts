import type { Tensor } from '@throughline/tensor';
import type { AnyPrimitive } from '../../primitive.ts';
import type { Params } from '../../program.ts';
import type { Kind, ScalarOp } from '../../semantics.ts';

/** A primitive applied to operands: what is about to be recorded, or where a value came from. */
export interface Application {
  readonly primitive: AnyPrimitive;
  readonly inputs: readonly Tensor[];
  readonly params: Params;
}

/** What rules may ask about values. */
export interface Graph {
  /** What made a value; undefined for inputs and constants. */
  sourceOf(x: Tensor): Application | undefined;
  /** The number that stands at every place, where it is known. */
  uniform(x: Tensor): number | undefined;
}

/**
 * One rewrite: a law of the reals, and how to apply it. It holds where everything is finite; signs of zero are not kept.
 * A rule is written in public ops, so what it gives is simplified in turn; it must make the Program smaller or bring it
 * nearer to the one form the rules agree on, so that rewriting ends.
 */
export interface Rule {
  readonly name: string;
  /** The law as one would write it. */
  readonly law: string;
  /** The scalar operation or the kind of primitive that it is about, so that others need not be asked. */
  readonly on?: ScalarOp | Kind;
  /** What stands in the application's place: one value per result, or null where the rule does not apply. */
  rewrite(application: Application, graph: Graph): Tensor | readonly Tensor[] | null;
}

/** The scalar operation that a map is, when it is just that: its operands, in order. */
export function operationOf(application: Application | undefined): ScalarOp | undefined {
  if (application?.primitive.semantics.kind !== 'map') return undefined;
  const { expression } = application.primitive.semantics;
  if (!('op' in expression) || expression.args.length !== application.inputs.length) return undefined;
  return expression.args.every((arg, i) => 'input' in arg && arg.input === i) ? expression.op : undefined;
}

/** The operands of what made `x`, when that was the operation `op`. */
export function operandsOf(graph: Graph, x: Tensor | undefined, op: ScalarOp): readonly Tensor[] | undefined {
  const source = x === undefined ? undefined : graph.sourceOf(x);
  return operationOf(source) === op ? source?.inputs : undefined;
}

/** A rule about one operation of two operands. */
export function binaryRule(
  name: string,
  law: string,
  op: ScalarOp,
  rewrite: (a: Tensor, b: Tensor, graph: Graph) => Tensor | null,
): Rule {
  return {
    name,
    law,
    on: op,
    rewrite(application, graph) {
      const [a, b] = application.inputs;
      return operationOf(application) === op && a !== undefined && b !== undefined ? rewrite(a, b, graph) : null;
    },
  };
}

/** A rule about one operation of one operand. */
export function unaryRule(
  name: string,
  law: string,
  op: ScalarOp,
  rewrite: (a: Tensor, graph: Graph) => Tensor | null,
): Rule {
  return {
    name,
    law,
    on: op,
    rewrite(application, graph) {
      const [a] = application.inputs;
      return operationOf(application) === op && a !== undefined ? rewrite(a, graph) : null;
    },
  };
}
