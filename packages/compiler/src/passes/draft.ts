import {
  type AnyPrimitive,
  deadCode,
  type Equation,
  type Origin,
  type Params,
  type Program,
  type VarId,
} from '@throughline/autograd/back-end';
import type { Concrete, TensorType } from '@throughline/tensor';
import type { Say } from './pass.ts';

type Ends = Pick<Program, 'inputs' | 'outputs'>;

/** A Program being rebuilt: starts with all of its variables and none of its equations, which are added in order. */
export class Draft {
  readonly types: TensorType[];
  readonly constants: Map<VarId, Concrete>;
  equations: Equation[] = [];
  readonly #program: Program;
  /** What stands for a variable from here on. */
  readonly #names: VarId[] = [];
  readonly #makers: Equation[] = [];

  constructor(program: Program) {
    this.#program = program;
    this.types = [...program.types];
    this.constants = new Map(program.constants);
  }

  /** The variable that stands for another. */
  readonly name = (id: VarId): VarId => {
    const other = this.#names[id];
    return other === undefined ? id : this.name(other);
  };

  /** From here on `to` stands for `id`. */
  rename(id: VarId, to: VarId): void {
    this.#names[id] = this.name(to);
  }

  /** From here on `others` stand for an equation's results, one for one. */
  replace({ outputs }: Equation, others: readonly VarId[]): void {
    outputs.forEach((id, k) => {
      this.rename(id, others[k] as VarId); // one for one
    });
  }

  variable({ dtype, shape }: TensorType): VarId {
    return this.types.push({ dtype, shape }) - 1;
  }

  /** A new constant. */
  readonly hold = (value: Concrete): VarId => {
    const id = this.variable(value);
    this.constants.set(id, value);
    return id;
  };

  readonly type = (id: VarId): TensorType => this.types[id] as TensorType; // ids are indices of types

  /** The equation that made a variable; none for inputs and constants. */
  readonly maker = (id: VarId): Equation | undefined => this.#makers[id];

  /** Adds an equation as it is, but for renamed operands. */
  keep(equation: Equation): void {
    this.#push(this.renamed(equation));
  }

  renamed(equation: Equation): Equation {
    const renamed = this.#names.length > 0 && equation.inputs.some((id) => this.#names[id] !== undefined);
    return renamed ? { ...equation, inputs: equation.inputs.map(this.name) } : equation;
  }

  /** Takes equations out again: something else defines their results, or nothing reads them. */
  drop(leaving: ReadonlySet<Equation>): void {
    this.equations = this.equations.filter((equation) => !leaving.has(equation));
  }

  #push(equation: Equation): void {
    this.equations.push(equation);
    for (const id of equation.outputs) this.#makers[id] = equation;
  }

  /** Adds an equation of a primitive; its results are new variables of the types that the primitive infers. */
  add(primitive: AnyPrimitive, operands: readonly VarId[], params: Params, origin?: Origin): VarId[] {
    const inputs = operands.map(this.name);
    const outputs = primitive.infer(inputs.map(this.type), params).map((type) => this.variable(type));
    this.#push({ primitive, inputs, params, outputs, ...(origin && { origin }) });
    return outputs;
  }

  /** Adds a primitive with one result. */
  one(primitive: AnyPrimitive, operands: readonly VarId[], params: Params, origin?: Origin): VarId {
    return this.add(primitive, operands, params, origin)[0] as VarId; // it has one result
  }

  /** Adds a whole Program's equations, on these operands; returns the variables of its outputs. */
  splice(program: Program, operands: readonly VarId[]): VarId[] {
    const names: VarId[] = [];
    program.inputs.forEach((id, i) => {
      names[id] = this.name(operands[i] as VarId); // one operand per input
    });
    const name = (id: VarId): VarId => {
      names[id] ??= this.variable(program.types[id] as TensorType); // ids are indices of types
      return names[id];
    };
    for (const [id, value] of program.constants) this.constants.set(name(id), value);
    for (const equation of program.equations) {
      this.#push({ ...equation, inputs: equation.inputs.map(name), outputs: equation.outputs.map(name) });
    }
    return program.outputs.map(name);
  }

  /** What is read of it, numbered anew. */
  finish({ inputs, outputs }: Ends = this.#program): Program {
    const { equations, constants, types } = this;
    return deadCode({ inputs, outputs: outputs.map(this.name), equations, constants, types });
  }
}

/**
 * A Program with some of its equations rewritten. `rewrite` is asked for those that `where` names, adds what stands for one
 * and says whether it did; the others stay. `say` is told how many were rewritten; the very Program comes back when none was.
 */
export function rewriteEach(
  program: Program,
  where: (equation: Equation) => boolean,
  rewrite: (equation: Equation, draft: Draft) => boolean,
  say?: Say,
): Program {
  if (!program.equations.some(where)) return program;
  const draft = new Draft(program);
  let rewritten = 0;
  for (const equation of program.equations) {
    if (where(equation) && rewrite(equation, draft)) rewritten++;
    else draft.keep(equation);
  }
  if (rewritten === 0) return program;
  say?.(rewritten);
  return draft.finish();
}
