import { ArgumentError, type Concrete, full, NotDifferentiableError, type Tensor } from '@throughline/tensor';
import { bindAny } from '../bind.ts';
import { record, recording } from '../builder.ts';
import { evaluate } from '../evaluate.ts';
import { placed } from '../placed.ts';
import {
  type AnyPrimitive,
  type Cotangent,
  definePrimitive,
  type JointPullback,
  type Pushforward,
} from '../primitive.ts';
import type { Program } from '../program.ts';
import { pullEntry } from '../pullback.ts';
import { scope } from '../scope.ts';
import { flatten, refusePromise } from '../tree.ts';
import { readable } from '../value.ts';
import { checkTypes, inputTypes, outputTypes, recordBodies, someOf } from './bodies.ts';
import { bindCond, checkPredicate } from './cond.ts';
import { batchWhile } from './control-batch.ts';
import { type ScanParams, scanPrimitive } from './scan.ts';
import { keepCarry } from './scan-checks.ts';
import { movingStep } from './scan-forward.ts';
import { filled } from './sum-broadcast.ts';

/** A loop of unknown length as one equation. Operands: constants, then the carry; results: the last carry. */
export interface WhileParams {
  /** (constants, carry) → bool[]: whether to go on. */
  readonly test: Program;
  /** (constants, carry) → carry. */
  readonly body: Program;
  readonly constants: number;
  /** How often the body may run; null where there is no bound, and no reverse mode. */
  readonly maxSteps: number | null;
}

const bindWhile = (operands: readonly Tensor[], params: WhileParams): readonly Tensor[] =>
  bindAny(whilePrimitive, operands, params);

/** Tangents ride along in the carry, as in a scan: nothing is kept, so no bound is needed. */
const push: Pushforward<WhileParams> = (tangents, { inputs, params }) => {
  const { test, body, constants, maxSteps } = params;
  const carry = inputs.length - constants;
  const { step, moving } = movingStep(
    { body, constants, carry },
    tangents.map((t) => t !== null),
  );
  const started = inputs.map((x, i) => (moving[i] ? (tangents[i] ?? filled(x, 0)) : null));
  const fixed = [...inputs.slice(0, constants), ...someOf(started.slice(0, constants))];
  const carried = [...inputs.slice(constants), ...someOf(started.slice(constants))];
  const alike = record([...fixed, ...carried], (all) =>
    evaluate(test, [...all.slice(0, constants), ...all.slice(fixed.length, fixed.length + carry)]),
  );
  const results = bindWhile([...fixed, ...carried], {
    test: alike.program,
    body: step.program,
    constants: fixed.length,
    maxSteps,
  });
  return placed(results.slice(carry), moving.slice(constants));
};

/**
 * Backwards a loop of at most `maxSteps` steps is a scan of that length whose steps after the end are another branch: they
 * compute nothing, so no NaN of theirs can matter.
 */
const pull: JointPullback<WhileParams> = (cts, { inputs, outputs, params }, wanted) => {
  const { test, body, constants, maxSteps } = params;
  if (maxSteps === null) {
    throw new NotDifferentiableError(
      'whileLoop',
      'a recorded loop without a bound cannot run backwards, since nobody knows how much it would have to keep. ' +
        'Pass { maxSteps }, use scan if the number of steps is known, or use forward mode (jvp).',
    );
  }
  const guarded = onlyIfEnded(cts, inputs.slice(0, constants), outputs, params);
  if (maxSteps === 0) return [...inputs.slice(0, constants).map(() => null), ...guarded];
  const [alive] = evaluate(test, inputs);
  const loop: ScanParams = {
    body: stepWhile(test, body, constants),
    constants,
    carry: guarded.length + 1,
    length: maxSteps,
    reverse: false,
  };
  const entry = { primitive: scanPrimitive, params: loop, inputs: [...inputs, alive as Tensor], outputs: [] }; // test gives one
  return pullEntry({ ...entry, operands: [], first: 0 }, [...guarded, null], [...wanted, false]).slice(0, -1);
};

/** (constants, carry, alive) → (carry, alive): one step of the loop, or none. */
function stepWhile(test: Program, body: Program, constants: number): Program {
  const types = inputTypes(body);
  const go = record(types, (all) => {
    const next = evaluate(body, all);
    return [...next, ...evaluate(test, [...all.slice(0, constants), ...next])];
  });
  const rest = record(types, (all) => [...all.slice(constants), full([], 0, 'bool')]);
  return record(
    [...types, { dtype: 'bool', shape: [] }],
    (all) => bindCond(all.at(-1) as Tensor, all.slice(0, -1), [go.program, rest.program], constants), // the last is alive
  ).program;
}

/**
 * The cotangents, by way of a loop that may not run: it fails where the test still holds at the result. The loop itself
 * says so too, but a Program of which only the gradient is used does not run it.
 */
function onlyIfEnded(
  cts: readonly Cotangent[],
  fixed: readonly Tensor[],
  outputs: readonly Tensor[],
  { test, constants }: WhileParams,
): Cotangent[] {
  const operands = [...fixed, ...outputs, ...someOf(cts)];
  const same = record(operands, (all) => all.slice(constants));
  const still = record(operands, (all) => evaluate(test, all.slice(0, constants + outputs.length)));
  const results = bindWhile(operands, { test: still.program, body: same.program, constants, maxSteps: 0 });
  return placed(
    results.slice(outputs.length),
    cts.map((ct) => ct !== null),
  );
}

export const whilePrimitive: AnyPrimitive = definePrimitive<WhileParams, number, number>({
  name: 'whileLoop',
  semantics: {
    kind: 'structured',
    control: 'while',
    operands: ({ body, constants }) => [
      { role: 'constants', count: constants },
      { role: 'carry', count: body.inputs.length - constants },
    ],
  },
  infer(inputs, { test, body, constants }) {
    const types = outputTypes(body);
    checkTypes('whileLoop', 'the operands are', inputs, 'body takes', inputTypes(body));
    checkTypes('whileLoop', 'the operands are', inputs, 'test takes', inputTypes(test));
    checkTypes('whileLoop', 'test gives', outputTypes(test), 'a condition is', [{ dtype: 'bool', shape: [] }]);
    checkTypes('whileLoop', 'body gives', types, 'the carry is', inputs.slice(constants));
    return types;
  },
  eval(inputs, { test, body, constants, maxSteps }) {
    const fixed = inputs.slice(0, constants);
    let carry: readonly Tensor[] = inputs.slice(constants);
    for (let n = 0; evaluate(test, [...fixed, ...carry])[0]?.item() === 1; n++) {
      if (n === maxSteps) refuseMore(maxSteps);
      const entering = [...fixed, ...carry];
      carry = scope({ step: n + 1 }, () => evaluate(body, entering));
    }
    return carry as Concrete[]; // concrete operands give concrete results
  },
  pullbacks: () => {
    throw new ArgumentError('whileLoop', 'has one rule for all operands.');
  },
  jointPullback: pull,
  pushforward: push,
  batch: (batch) => batchWhile(batch, bindWhile),
}) as unknown as AnyPrimitive; // see AnyPrimitive

function refuseMore(maxSteps = 0): never {
  throw new ArgumentError(
    'whileLoop',
    `test still holds after maxSteps = ${maxSteps} steps. Raise maxSteps, or let test end the loop sooner.`,
  );
}

/** Options of `whileLoop`. */
export interface WhileOptions {
  /** The most steps it may take: more are an error. Reverse mode of a recorded loop needs it, and keeps that many carries. */
  readonly maxSteps?: number;
}

/**
 * Applies `body` to a tree as long as `test` holds of it.
 *
 * `test(carry)` gives a bool scalar, `body(carry)` the next carry, of the same structure and types. In an eager run it is
 * an ordinary loop, recorded step by step under grad. While a Program is recorded it is one equation with two bodies.
 * Gradient: forward mode always; reverse mode of a recorded loop given `maxSteps`, as a scan of that length.
 * @throws ShapeError or TreeError when the carry changes, with both types; ArgumentError when `test` still holds after
 * `maxSteps` steps; NotDifferentiableError in reverse mode of a recorded loop without `maxSteps`.
 * @example whileLoop((x) => less(x, 100), (x) => mul(x, 3), tensor(2))   // f64[] 162
 */
export function whileLoop<C>(
  test: (carry: C) => Tensor,
  body: (carry: C) => C,
  init: C,
  { maxSteps }: WhileOptions = {},
): C {
  if (maxSteps !== undefined && !(Number.isInteger(maxSteps) && maxSteps >= 0)) {
    throw new ArgumentError('whileLoop', `maxSteps is ${maxSteps}, not an integer ≥ 0.`);
  }
  const before = flatten('whileLoop', init, undefined, 'carry');
  const holds = (carry: C): Tensor => {
    const result = refusePromise('whileLoop', test(carry), 'test');
    checkPredicate('whileLoop', "test's result", result, 'compare another scalar');
    return result;
  };
  const step = (carry: C): C => {
    const after = keepCarry('whileLoop', 'body', init, before, refusePromise('whileLoop', body(carry), 'body'));
    return before.rebuild(after.leaves) as C; // C's structure
  };
  let carry = init;
  let left = maxSteps ?? null;
  let n = 0;
  while (recording() === undefined) {
    const go = holds(carry);
    if (!readable(go)) break;
    if (go.item() === 0) return carry;
    if (left === 0) return refuseMore(maxSteps);
    const entering = carry;
    carry = scope({ step: ++n }, () => step(entering));
    left = left && left - 1;
  }
  return tracedWhile(holds, step, carry, left);
}

function tracedWhile<C>(holds: (carry: C) => Tensor, step: (carry: C) => C, init: C, maxSteps: number | null): C {
  const { leaves, rebuild } = flatten('whileLoop', init, undefined, 'carry');
  const { bodies, captures } = recordBodies(leaves, [
    (inputs) => [holds(rebuild(inputs) as C)], // C's structure
    (inputs) => flatten('whileLoop', step(rebuild(inputs) as C)).leaves, // C's structure
  ]);
  const [test, body] = bodies as [Program, Program]; // two functions
  return rebuild(bindWhile([...captures, ...leaves], { test, body, constants: captures.length, maxSteps })) as C; // C's structure
}
