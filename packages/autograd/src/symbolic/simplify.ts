import { Concrete, type Tensor } from '@throughline/tensor';
import { within } from '../bind.ts';
import { Builder } from '../builder.ts';
import { paramsKey } from '../params.ts';
import type { AnyPrimitive } from '../primitive.ts';
import { type Equation, isProgram, type Params, type Program, typeOf, type VarId } from '../program.ts';
import { scope } from '../scope.ts';
import type { Abstract } from '../value.ts';
import { simplificationRules } from './rules/index.ts';
import { type Application, type Graph, operationOf, type Rule } from './rules/rule.ts';

/**
 * A Program that is equal as mathematics and shorter to read: for display and proof, never run unasked.
 *
 * Constants are folded, x · 1, x + 0, x − x and the like go, transposes and broadcasts fold, equal equations become one,
 * and what no output needs is dropped; bodies of loops likewise. The laws are those of the reals where everything is
 * finite: signs of zero, infinities and the last bits of a sum are not kept. Inputs, outputs and their types stay.
 * @example simplify(trace((x) => sub(1, sub(1, mul(x, 1))), tensor([1, 2]))).equations.length   // 0
 */
export function simplify(program: Program, rules: readonly Rule[] = simplificationRules): Program {
  return within(
    (level) => new Simplifier(level, rules),
    (trace) => trace.simplify(program),
  );
}

/** Records what rules make of each equation. Rules are written in ops, which come back here. */
class Simplifier extends Builder implements Graph {
  readonly #rules: readonly Rule[];
  readonly #byPrimitive = new Map<AnyPrimitive, readonly Rule[]>();
  readonly #sources = new Map<Tensor, Application>();
  /** Results by what was applied to what. */
  readonly #known = new Map<string, readonly Tensor[]>();

  constructor(level: number, rules: readonly Rule[]) {
    super(level);
    this.#rules = rules;
  }

  simplify(program: Program): Program {
    const values = new Map<VarId, Tensor>(program.constants);
    const inputs = program.inputs.map((id) => this.input(typeOf(program, id)));
    program.inputs.forEach((id, i) => {
      values.set(id, inputs[i] as Abstract); // one per input
    });
    const read = (id: VarId): Tensor => values.get(id) as Tensor; // verify: defined before use
    for (const equation of program.equations) {
      const results = this.#under(equation, () =>
        this.process(equation.primitive, equation.inputs.map(read), this.#bodies(equation.params)),
      );
      equation.outputs.forEach((id, k) => {
        values.set(id, results[k] as Tensor); // one per output
      });
    }
    return this.finish(inputs, program.outputs.map(read)).program;
  }

  override process(primitive: AnyPrimitive, inputs: readonly Tensor[], params: unknown): readonly Tensor[] {
    const application: Application = { primitive, inputs, params: params as Params }; // bind's params
    for (const rule of this.#rulesFor(application)) {
      const rewritten = rule.rewrite(application, this);
      if (rewritten !== null) return Array.isArray(rewritten) ? rewritten : [rewritten as Tensor]; // an array or one tensor
    }
    const key = this.#keyOf(application);
    const known = key === undefined ? undefined : this.#known.get(key);
    if (known !== undefined) return known;
    const outputs = super.process(primitive, inputs, params);
    if (outputs.length === 1) this.#sources.set(outputs[0] as Tensor, application); // length 1
    if (key !== undefined) this.#known.set(key, outputs);
    return outputs;
  }

  /** The rules that may apply, found once for each operation. */
  #rulesFor(application: Application): readonly Rule[] {
    const { primitive } = application;
    const known = this.#byPrimitive.get(primitive);
    if (known !== undefined) return known;
    const [op, { kind }] = [operationOf(application), primitive.semantics];
    const rules = this.#rules.filter(({ on }) => on === undefined || on === op || on === kind);
    this.#byPrimitive.set(primitive, rules);
    return rules;
  }

  sourceOf(x: Tensor): Application | undefined {
    return this.#sources.get(x);
  }

  uniform(x: Tensor): number | undefined {
    if (x instanceof Concrete) {
      const first = x.storage[0];
      return first !== undefined && x.storage.every((value) => Object.is(value, first)) ? first : undefined;
    }
    const source = this.#sources.get(x);
    const [inner] = source?.inputs ?? [];
    const semantics = source?.primitive.semantics;
    if (semantics?.kind !== 'view' || semantics.fill !== undefined || source?.inputs.length !== 1) return undefined;
    return inner === undefined ? undefined : this.uniform(inner);
  }

  /** Equal keys: equal values. Sums and products do not mind the order of their operands. */
  #keyOf({ primitive, inputs, params }: Application): string | undefined {
    if (Object.values(params).some(isProgram)) return undefined;
    const ids = inputs.map((x) => this.variable(x));
    const op = operationOf({ primitive, inputs, params });
    if (op !== undefined && COMMUTATIVE.has(op)) ids.sort((a, b) => a - b);
    return `${primitive.name} ${ids} ${paramsKey(params)}`;
  }

  #bodies(params: Params): Params {
    if (!Object.values(params).some(isProgram)) return params;
    return Object.fromEntries(
      Object.entries(params).map(([key, value]) => [key, isProgram(value) ? simplify(value, this.#rules) : value]),
    );
  }

  #under<R>({ origin }: Equation, f: () => R): R {
    return (origin?.scope ?? []).reduceRight<() => R>((inner, label) => () => scope(label, inner), f)();
  }
}

const COMMUTATIVE: ReadonlySet<string> = new Set([
  'add',
  'mul',
  'maximum',
  'minimum',
  'equal',
  'notEqual',
  'and',
  'or',
]);
