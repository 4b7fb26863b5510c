/** @file Choices and loops of unknown length for many examples at once. */
import type { Tensor } from '@throughline/tensor';
import { batchProgram, repeated } from '../batching.ts';
import { record } from '../builder.ts';
import { evaluate } from '../evaluate.ts';
import { any } from '../ops/all-any.ts';
import type { Batch, BatchRule } from '../primitive.ts';
import { inputTypes } from './bodies.ts';
import type { BindCond, CondParams } from './cond.ts';
import { reshape } from './reshape.ts';
import { batchStep } from './scan-batch.ts';
import { where } from './where.ts';
import type { WhileParams } from './while-loop.ts';

/** Where the examples choose differently, both branches run for all of them, and each takes its own results. */
export function batchCond(
  { inputs, mapped, params, size }: Batch<CondParams>,
  bindCond: BindCond,
): ReturnType<BatchRule> {
  const [pred, ...operands] = inputs as readonly [Tensor, ...Tensor[]]; // infer checked it
  const bodies = [params.onTrue, params.onFalse].map(
    (body) => batchProgram(body, mapped.slice(1), size, () => true).program,
  );
  if (!mapped[0]) return { outputs: bindCond(pred, operands, bodies, params.constants) };
  const [yes = [], no = []] = bodies.map((body) => evaluate(body, operands));
  return { outputs: yes.map((y, k) => byExample(pred, y, no[k] as Tensor)) }; // the branches give alike
}

/** The loop goes on until the last example has ended; a carry stays as it is once its example has. */
export function batchWhile(
  { inputs, mapped, params, size }: Batch<WhileParams>,
  bindWhile: (operands: readonly Tensor[], params: WhileParams) => readonly Tensor[],
): ReturnType<BatchRule> {
  const { constants } = params;
  const carry = inputs.length - constants;
  const bind = (body: WhileParams['body'], test: WhileParams['test'], is: readonly boolean[]) =>
    bindWhile(
      inputs.map((x, i) => (is[i] && !mapped[i] ? repeated(x, size, inputs) : x)),
      { ...params, body, test },
    );
  const { step, mapped: is } = batchStep({ body: params.body, constants, carry }, mapped, size);
  const test = batchProgram(params.test, is, size, () => false);
  if (!test.mapped[0]) return { outputs: bind(step.program, test.program, is), mapped: is.slice(constants) };
  const all = mapped.map((m, i) => m || i >= constants);
  const each = batchProgram(params.test, all, size, () => true).program;
  const next = batchProgram(params.body, all, size, () => true).program;
  const body = record(inputTypes(next), (values) => {
    const [go] = evaluate(each, values);
    return evaluate(next, values).map((y, k) => byExample(go as Tensor, y, values[constants + k] as Tensor)); // one per carry
  });
  const goOn = record(inputTypes(next), (values) => [any(evaluate(each, values)[0] as Tensor)]); // test gives one
  return { outputs: bind(body.program, goOn.program, all) };
}

/** [examples] bools over values of any shape. */
const byExample = (pred: Tensor, x: Tensor, y: Tensor): Tensor =>
  where(reshape(pred, [...pred.shape, ...x.shape.slice(1).fill(1)]), x, y);
