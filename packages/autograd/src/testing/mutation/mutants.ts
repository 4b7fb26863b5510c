import { isDifferentiable, sameType, type Tensor } from '@throughline/tensor';
import { bindAny } from '../../bind.ts';
import { record } from '../../builder.ts';
import { evaluate } from '../../evaluate.ts';
import { mul, neg } from '../../primitives/maps/arithmetic.ts';
import { logicalNot } from '../../primitives/maps/logical.ts';
import { reshape } from '../../primitives/reshape.ts';
import { slice } from '../../primitives/slice-pad.ts';
import { filled } from '../../primitives/sum-broadcast.ts';
import { type Equation, isProgram, type Params, type Program, typeOf, type VarId } from '../../program.ts';

/** A Program with one thing wrong in it. */
export interface Mutant {
  /** Where, and what: `equation 2 (mul): sign flipped`. */
  readonly change: string;
  readonly program: Program;
}

/** A way to get one equation wrong; null where it does not apply. */
interface Operator {
  readonly name: string;
  apply(equation: Equation, operands: readonly Tensor[], run: Run): readonly Tensor[] | null;
}

/** Runs the equation, on these operands or others. */
type Run = (operands: readonly Tensor[]) => readonly Tensor[];

/** Changes every float result. */
const onResults = (name: string, change: (y: Tensor) => Tensor): Operator => ({
  name,
  apply: (_, operands, run) => {
    const results = run(operands);
    return results.some(isDifferentiable) ? results.map((y) => (isDifferentiable(y) ? change(y) : y)) : null;
  },
});

/** A map whose expression is one operation on its operands in order. */
const operationOf = ({ primitive: { semantics } }: Equation): string | undefined =>
  semantics.kind === 'map' && 'op' in semantics.expression ? semantics.expression.op : undefined;

const dropTerm = (term: number): Operator => ({
  name: `term ${term} dropped`,
  apply: (equation, operands, run) => {
    if (!['add', 'sub'].includes(operationOf(equation) ?? '')) return null;
    return run(operands.map((x, i) => (i === term ? filled(x, 0) : x)));
  },
});

/** A sum over axes that takes the first element instead. */
const dropSum: Operator = {
  name: 'sum replaced by its first element',
  apply: ({ primitive: { semantics, infer }, params }, operands) => {
    const x = operands[0];
    if (x === undefined || semantics.kind !== 'reduce' || semantics.combine !== 'sum' || x.size === 0) return null;
    const axes = params.axes as readonly number[]; // of a reduction
    const stops = x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
    const [type] = infer([x], params);
    return type
      ? [
          reshape(
            slice(
              x,
              stops.map(() => 0),
              stops,
            ),
            type.shape,
          ),
        ]
      : null;
  },
};

const commutative = ['add', 'mul', 'maximum', 'minimum', 'equal', 'notEqual', 'and', 'or'];

const swap: Operator = {
  name: 'operands swapped',
  apply: (equation, operands, run) => {
    const [x, y] = [operands.at(-2), operands.at(-1)];
    if (x === undefined || y === undefined || x === y || !sameType(x, y)) return null;
    if (commutative.includes(operationOf(equation) ?? '')) return null;
    if (equation.primitive.name === 'expm' && operands.length > 2) return null; // the same derivative, directions swapped
    return run([...operands.slice(0, -2), y, x]);
  },
};

const invert: Operator = {
  name: 'condition inverted',
  apply: (_, operands, run) => {
    const results = run(operands);
    return results.some(({ dtype }) => dtype === 'bool')
      ? results.map((y) => (y.dtype === 'bool' ? logicalNot(y) : y))
      : null;
  },
};

const flipped = onResults('sign flipped', (y) => neg(y));
const scaled = onResults('× (1 + 1e-6)', (y) => mul(y, filled(y, 1 + 1e-6)));
const operators: readonly Operator[] = [flipped, scaled, dropTerm(0), dropTerm(1), dropSum, swap, invert];

/** Every mutant of a Program: one operator at one equation, within bodies too, or at an output that is an input. */
export function mutantsOf(program: Program): Mutant[] {
  const inEquations = program.equations.flatMap((equation, n) => [
    ...operators.flatMap((operator) => mutate(program, n, operator)),
    ...inBodies(program, equation, n),
  ]);
  return [...inEquations, ...onOutputs(program)];
}

/** Records the Program again with a change at equation `n`. */
function rewrite(program: Program, n: number, change: Operator['apply']): Program | null {
  let applied = true;
  const types = program.inputs.map((id) => typeOf(program, id));
  const { program: result } = record(types, (inputs) => {
    const values = new Map<VarId, Tensor>(program.constants);
    program.inputs.forEach((id, i) => {
      values.set(id, inputs[i] as Tensor); // one per input
    });
    const read = (id: VarId): Tensor => values.get(id) as Tensor; // verify: defined before use
    program.equations.forEach((equation, i) => {
      const operands = equation.inputs.map(read);
      const run: Run = (xs) => bindAny(equation.primitive, xs, equation.params);
      const results = i === n ? change(equation, operands, run) : run(operands);
      if (results === null) applied = false;
      (results ?? run(operands)).forEach((y, k) => {
        values.set(equation.outputs[k] as VarId, y); // as many as infer said
      });
    });
    return program.outputs.map(read);
  });
  return applied ? result : null;
}

function mutate(program: Program, n: number, operator: Operator): Mutant[] {
  const mutant = rewrite(program, n, operator.apply);
  return mutant === null ? [] : [{ change: `${nameOf(program, n)}: ${operator.name}`, program: mutant }];
}

function inBodies(program: Program, equation: Equation, n: number): Mutant[] {
  return Object.entries(equation.params).flatMap(([key, body]) => {
    if (!isProgram(body)) return [];
    return mutantsOf(body).flatMap(({ change, program: wrong }) => {
      const params: Params = { ...equation.params, [key]: wrong };
      const mutant = rewrite(program, n, (_, operands) => bindAny(equation.primitive, operands, params));
      return mutant === null ? [] : [{ change: `${nameOf(program, n)}, ${key}: ${change}`, program: mutant }];
    });
  });
}

/** Rules such as x̄ = z̄ have no equation; what they return is got wrong instead. */
function onOutputs(program: Program): Mutant[] {
  const computed = new Set(program.equations.flatMap(({ outputs }) => outputs));
  const types = program.inputs.map((id) => typeOf(program, id));
  return program.outputs.flatMap((id, k) => {
    const place = program.inputs.indexOf(id);
    if (computed.has(id) || place < 0 || !isDifferentiable(typeOf(program, id))) return [];
    return [neg, (y: Tensor) => mul(y, filled(y, 1 + 1e-6))].map((change, kind): Mutant => {
      const { program: wrong } = record(types, (inputs) => {
        const outputs = evaluate(program, inputs);
        return outputs.with(k, change(outputs[k] as Tensor)); // k < outputs.length
      });
      return { change: `output ${k}: ${kind === 0 ? flipped.name : scaled.name}`, program: wrong };
    });
  });
}

const nameOf = (program: Program, n: number): string => `equation ${n} (${program.equations[n]?.primitive.name})`;
