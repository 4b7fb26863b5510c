import {
  type Concrete,
  formatType,
  full,
  isDifferentiable,
  ShapeError,
  sameType,
  Tensor,
  type TensorType,
  TreeError,
} from '@throughline/tensor';
import { batchProgram, repeated } from '../batching.ts';
import { bindAny } from '../bind.ts';
import { record } from '../builder.ts';
import { evaluate } from '../evaluate.ts';
import { describe } from '../operand.ts';
import { type AnyPrimitive, type Cotangent, definePrimitive } from '../primitive.ts';
import { type Program, typeOf } from '../program.ts';

/** Operands: the arguments, then what f captured, then what the rule captured. */
interface CustomParams {
  /** (arguments, captures) → (y). */
  readonly body: Program;
  /** (ȳ, arguments, y, captures) → the cotangents that are not null. */
  readonly rule: Program;
  readonly arguments: number;
  /** Captures of the body; the other operands are the rule's. */
  readonly captures: number;
  /** Per argument: whether the rule gives it a cotangent. */
  readonly present: readonly boolean[];
}

const primitive: AnyPrimitive = definePrimitive<CustomParams, number, number>({
  name: 'customVjp',
  semantics: { kind: 'structured', control: 'call' },
  rule: 'as given',
  infer(inputs, params) {
    const { body } = params;
    operandTypes(params).forEach((expected, i) => {
      const x = inputs[i];
      if (x !== undefined && sameType(x, expected)) return;
      const given = x ? formatType(x) : 'missing';
      throw new ShapeError('customVjp', `operand ${i} is ${given}, it was recorded for ${formatType(expected)}.`);
    });
    if (inputs.length > operandTypes(params).length) {
      throw new ShapeError('customVjp', `got ${inputs.length} operands, it takes ${operandTypes(params).length}.`);
    }
    return body.outputs.map((id) => typeOf(body, id));
  },
  // Concrete operands give concrete results.
  eval: (inputs, { body }) => evaluate(body, inputs.slice(0, body.inputs.length)) as Concrete[],
  pullbacks: () => () => null, // the joint rule below is asked instead
  jointPullback([ct], { inputs, outputs, params }) {
    const none: Cotangent[] = inputs.map(() => null);
    if (!ct) return none;
    const { rule, arguments: count, captures, present } = params;
    const cts = evaluate(rule, [ct, ...inputs.slice(0, count), ...outputs, ...inputs.slice(count + captures)]);
    let next = 0;
    return none.map((_, i) => (present[i] ? (cts[next++] ?? null) : null));
  },
  // The rule gives every argument a cotangent per example, so all arguments are mapped; captures stay as they are.
  batch({ inputs, mapped, params, size }) {
    const { body, rule, arguments: count, captures } = params;
    const is = mapped.map((m, i) => m || i < count);
    const operands = inputs.map((x, i) => (is[i] && !mapped[i] ? repeated(x, size, inputs) : x));
    const all = (): boolean => true;
    const ofRule = rule.inputs.map((_, i) => i < count + 2 || is[i - 2 + captures] === true); // ȳ, arguments, y, captures
    const bodies = {
      body: batchProgram(body, is.slice(0, body.inputs.length), size, all).program,
      rule: batchProgram(rule, ofRule, size, all).program,
    };
    return { outputs: bindAny(primitive, operands, { ...params, ...bodies }) };
  },
}) as unknown as AnyPrimitive; // see AnyPrimitive

/** Those of the body, then those that the rule alone captures: its inputs after ȳ, the arguments and y. */
const operandTypes = ({ body, rule, arguments: count }: CustomParams): TensorType[] => [
  ...body.inputs.map((id) => typeOf(body, id)),
  ...rule.inputs.slice(2 + count).map((id) => typeOf(rule, id)),
];

/** From ȳ, and where f ran, to one cotangent per argument; null where nothing flows. */
export type VjpRule<A extends readonly Tensor[]> = (
  ct: Tensor,
  at: { readonly inputs: A; readonly output: Tensor },
) => readonly (Tensor | null)[];

/**
 * A function like f whose pullback is `rule`, in place of the one that is derived from f's ops.
 *
 * Both functions are recorded as Programs at every call, on abstract values: choose by `where`, loop by `scan`. What they
 * capture is read at the call, and gets no cotangent: pass as an argument what should have one. Second derivatives differentiate the rule. Forward mode transposes
 * it, so there it must be linear in ȳ.
 *
 * Shapes and dtypes: f's. Gradient: the rule's.
 * @throws TreeError unless the rule gives one entry per argument; ShapeError when one is not of its argument's type;
 * NotDifferentiableError under jvp when the rule is not linear in ȳ.
 *
 * Here the gradient is clipped on its way back through the identity:
 * @example grad((x) => sum(mul(5, customVjp((z) => z, (ct) => [clip(ct, -1, 1)])(x))))(tensor([1, 2]))   // f64[2] [1, 1]
 */
export function customVjp<A extends readonly Tensor[]>(
  f: (...args: A) => Tensor,
  rule: VjpRule<A>,
): (...args: A) => Tensor {
  return (...args) => {
    const operands = args.map(toTensor);
    const { params, captured } = traceBoth(f, rule, operands);
    return bindAny(primitive, [...operands, ...captured], params)[0] as Tensor; // one output
  };
}

function traceBoth<A extends readonly Tensor[]>(
  f: (...args: A) => Tensor,
  rule: VjpRule<A>,
  args: readonly Tensor[],
): { params: CustomParams; captured: Tensor[] } {
  const body = record(args, (inputs) => [checkResult(f(...(inputs as readonly Tensor[] as A)))]); // as many, of A's types
  const y = typeOf(body.program, body.program.outputs[0] as number); // one output
  let present: boolean[] = [];
  const back = record([y, ...args, y], ([ct, ...rest]) => {
    const inputs = rest.slice(0, -1) as readonly Tensor[] as A; // as many, of A's types
    const cts = rule(ct as Tensor, { inputs, output: rest.at(-1) as Tensor }); // as recorded above
    checkCotangents(cts, args);
    present = cts.map((part) => part !== null);
    return cts.filter((part): part is Tensor => part !== null);
  });
  const params: CustomParams = {
    body: body.program,
    rule: back.program,
    arguments: args.length,
    captures: body.captures.length,
    present,
  };
  return { params, captured: [...body.captures, ...back.captures] };
}

function toTensor(x: unknown, i: number): Tensor {
  if (typeof x === 'number') return full([], x);
  if (!(x instanceof Tensor))
    throw new TreeError('customVjp', `argument ${i} is ${describe(x)}, not a tensor. Use tensor(…).`);
  return x;
}

function checkResult(y: unknown): Tensor {
  if (y instanceof Tensor) return y;
  throw new TreeError('customVjp', `f returned ${describe(y)}, not a tensor. Return one tensor.`);
}

function checkCotangents(cts: unknown, args: readonly TensorType[]): void {
  if (!Array.isArray(cts) || cts.length !== args.length) {
    const got = Array.isArray(cts) ? `${cts.length} entries` : describe(cts);
    throw new TreeError(
      'customVjp',
      `the rule gave ${got} for ${args.length} arguments. Return one tensor or null for each.`,
    );
  }
  args.forEach((x, i) => {
    const ct: unknown = cts[i];
    if (ct === null || (ct instanceof Tensor && sameType(ct, x) && isDifferentiable(x))) return;
    const given = ct instanceof Tensor ? formatType(ct) : describe(ct);
    const remedy = isDifferentiable(x) ? `Give ${formatType(x)}, or null.` : 'It takes no cotangent: give null.';
    throw new ShapeError('customVjp', `the rule gave ${given} for argument ${i}, which is ${formatType(x)}. ${remedy}`);
  });
}
