import { flatten } from '@throughline/autograd';
import { evaluate, extract, record } from '@throughline/autograd/back-end';
import type { Tensor } from '@throughline/tensor';
import type { AnyCell, StepResult, Taps } from '../../cell.ts';
import type { ParamTree } from '../../params.ts';
import type { StateSpec, StateTree } from '../../state.ts';
import { checkKnown } from './check.ts';

/**
 * One step of a cell in which a tap is replaced by a function of it, for everything that is computed from it. The step is
 * traced and cut where the tap is: what leads up to it, and what follows from it, are two Programs that run as any code.
 * @throws ArgumentError, in the name of `op`, when there is no such tap.
 */
export function stepReplacing(
  op: string,
  cell: AnyCell,
  tap: string,
  by: (value: Tensor) => Tensor,
  params: ParamTree,
  state: StateTree,
  x: Tensor,
): StepResult<StateSpec, Taps> {
  const given = flatten(cell.name, { params, state, x });
  let shape: { rebuild(leaves: readonly Tensor[]): unknown } | undefined;
  const { program, captures } = record(given.leaves, (values) => {
    const at = given.rebuild(values) as unknown as { params: ParamTree; state: StateTree; x: Tensor }; // as it was taken apart
    const result = cell.step(at.params, at.state, at.x);
    checkKnown(op, cell.name, 'tap', [tap], Object.keys(result.taps));
    const all = flatten(cell.name, result);
    shape = all;
    return [result.taps[tap] as Tensor, ...all.leaves]; // it has one
  });
  const [cut, ...results] = program.outputs as [number, ...number[]]; // the tap, then the rest
  const operands = [...given.leaves, ...captures];
  const [value] = evaluate(extract(program, program.inputs, [cut]), operands) as [Tensor]; // one output
  const rest = evaluate(extract(program, [...program.inputs, cut], results), [...operands, by(value)]);
  return shape?.rebuild(rest) as StepResult<StateSpec, Taps>; // as the step gave it
}
