import { Concrete, type Tensor, type TensorType } from '@throughline/tensor';
import { innermost, lookUp, within } from './bind.ts';
import { seal, sealing } from './debug/captures.ts';
import { numberText } from './number-text.ts';
import { deadCode } from './passes/dead-code.ts';
import type { AnyPrimitive } from './primitive.ts';
import type { Equation, Origin, Params, Program, VarId } from './program.ts';
import { currentPlace, type Place, placeOf, withPlaces } from './scope.ts';
import { Abstract, Trace, Traced } from './value.ts';

/** Records a Program: every op becomes an equation over abstract values. */
export class Builder extends Trace {
  readonly types: TensorType[] = [];
  readonly #equations: Equation[] = [];
  /** Values from outside, by identity, each one variable. */
  readonly #captures = new Map<Tensor, VarId>();
  /** Scalar constants by dtype and value, so that the number 1 is one variable however often it is written. */
  readonly #scalars = new Map<string, VarId>();
  /** How many labels stood around it when it began: origins tell what follows them. */
  readonly #outside = currentPlace().scope.length;

  input(type: TensorType): Abstract {
    return new Abstract(type.dtype, type.shape, this, this.types.push({ dtype: type.dtype, shape: type.shape }) - 1);
  }

  process(primitive: AnyPrimitive, inputs: readonly Tensor[], params: unknown): readonly Tensor[] {
    const types = primitive.infer(inputs, params);
    const ids = inputs.map((x) => this.variable(x));
    const outputs = types.map((type) => this.input(type));
    const origin = this.#origin(placeOf(inputs, outputs));
    const equation = { primitive, inputs: ids, params: params as Params, outputs: outputs.map((y) => y.id) }; // bind's params
    this.#equations.push(Object.freeze(origin === undefined ? equation : { ...equation, origin }));
    return outputs;
  }

  #origin({ line: given, scope }: Place): Origin | undefined {
    const inside = scope.slice(this.#outside);
    const line = typeof given === 'function' ? given() : given;
    if (line === undefined) return inside.length === 0 ? undefined : { scope: inside };
    return { line, scope: inside };
  }

  /** The variable of a value; one from outside becomes a constant or a captured input. */
  variable(x: Tensor): VarId {
    if (x instanceof Abstract && x.trace === this) return x.id;
    const scalar = x instanceof Concrete && x.shape.length === 0 ? scalarKey(x) : undefined;
    const known = scalar === undefined ? this.#captures.get(x) : this.#scalars.get(scalar);
    if (known !== undefined) return known;
    const { id } = this.input(x);
    if (sealing) seal([x]);
    this.#captures.set(x, id);
    if (scalar !== undefined) this.#scalars.set(scalar, id);
    return id;
  }

  /** Freezes what was recorded. Captured values of outer traces become inputs after `inputs`, in order of first use. */
  finish(inputs: readonly Abstract[], outputs: readonly Tensor[]): { program: Program; captures: Tensor[] } {
    const outputIds = outputs.map((y) => this.variable(lookUp(y)));
    const outer = [...this.#captures].filter(([x]) => x instanceof Traced);
    const program = deadCode(
      Object.freeze({
        inputs: [...inputs.map((x) => x.id), ...outer.map(([, id]) => id)],
        constants: new Map([...this.#captures].flatMap(([x, id]) => (x instanceof Concrete ? [[id, x] as const] : []))),
        equations: this.#equations,
        outputs: outputIds,
        types: this.types,
      }),
    );
    return { program, captures: outer.map(([x]) => x) };
  }
}

/** Equal for scalars of equal types and bits; all NaNs are one. */
export const scalarKey = ({ dtype, storage }: Concrete): string => `${dtype} ${numberText(storage[0] as number)}`; // its element

/** The trace that is recording a Program right now, if any. */
export const recording = (): Builder | undefined => innermost((trace): trace is Builder => trace instanceof Builder);

/**
 * Records `f` on abstract inputs of the given types. The functional core of `trace`. An op on values from outside alone
 * runs outside, once for all steps of a loop; with `takesAll` it is recorded as well.
 */
export function record(
  types: readonly TensorType[],
  f: (inputs: readonly Abstract[], builder: Builder) => readonly Tensor[],
  takesAll = false,
): { program: Program; captures: Tensor[] } {
  return withPlaces(() =>
    within(
      (level) => new Builder(level, takesAll),
      (builder) => {
        const inputs = types.map((type) => builder.input(type));
        return builder.finish(inputs, f(inputs, builder));
      },
    ),
  );
}
