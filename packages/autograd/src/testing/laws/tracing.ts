import { Concrete, dtypes, isDifferentiable, type Tensor } from '@throughline/tensor';
import { record } from '../../builder.ts';
import { evaluate } from '../../evaluate.ts';
import type { AnyPrimitive } from '../../primitive.ts';
import { jvp } from '../../transforms/jvp.ts';
import { vjp } from '../../transforms/vjp.ts';
import { verify } from '../../verify.ts';
import { calling, expectSame, type Law } from './law.ts';

/** Records `f` at some operands, verifies the Program, and runs it on them. */
export function replay(f: (inputs: readonly Tensor[]) => readonly Tensor[], inputs: readonly Concrete[]): Tensor[] {
  return evaluate(verify(record(inputs, f).program), inputs);
}

const traced: Law = {
  title: 'traced = eager, bit for bit',
  at: 'any',
  check(primitive, { inputs, params }) {
    const call = calling(primitive, params);
    expectSame(
      'evaluate(trace)',
      replay((xs) => call(...xs), inputs),
      call(...inputs),
    );
  },
};

/** A tape, or a tangent, changes no number; the same pullback runs eagerly and as equations. */
const recorded: Law = {
  title: 'recorded values, pullbacks and tangents: traced = eager, bit for bit',
  at: 'any',
  applies: hasDerivative,
  check(primitive, { inputs, params }) {
    if (!inputs.some(isDifferentiable)) return;
    const call = calling(primitive, params);
    const values = call(...inputs);
    if (!values.some(isDifferentiable)) return;
    const pulled = (xs: readonly Tensor[]): Tensor[] => pullOnes(primitive, { inputs: xs, params });
    const pushed = (xs: readonly Tensor[]): Tensor[] => pushOnes(primitive, { inputs: xs, params });
    expectSame(
      'the value under vjp',
      vjp((xs: readonly Tensor[]) => call(...xs), inputs).value as readonly Tensor[],
      values,
    );
    expectSame('the traced pullback', replay(pulled, inputs), pulled(inputs));
    expectSame('the traced pushforward', replay(pushed, inputs), pushed(inputs));
  },
};

/** Whether some rule exists: primitives without any say so when they are asked. */
export function hasDerivative({ pullbacks, jointPullback }: AnyPrimitive): boolean {
  return jointPullback !== undefined || typeof pullbacks === 'function' || pullbacks.some((rule) => rule !== null);
}

interface Call {
  readonly inputs: readonly Tensor[];
  readonly params: unknown;
}

/** The pullback at cotangents that are not all alike, so that a mixed-up place shows. */
function pullOnes(primitive: AnyPrimitive, { inputs, params }: Call): Tensor[] {
  const floats = inputs.map(isDifferentiable);
  const wanted = inputs.map((_, i) => floats[i] === true && !lacksRule(primitive, i));
  const moving = inputs.filter((_, i) => wanted[i]);
  const { value, pullback } = vjp(
    (xs: readonly Tensor[]) => calling(primitive, params)(...merge(inputs, wanted, xs)),
    moving,
  );
  const cts = value.map((y) => (isDifferentiable(y) ? ramp(y) : null));
  return [...(pullback(cts) as readonly Tensor[])];
}

function pushOnes(primitive: AnyPrimitive, { inputs, params }: Call): Tensor[] {
  const wanted = inputs.map((x, i) => isDifferentiable(x) && !lacksRule(primitive, i));
  const moving = inputs.filter((_, i) => wanted[i]);
  const f = (xs: readonly Tensor[]): readonly Tensor[] => calling(primitive, params)(...merge(inputs, wanted, xs));
  return [...(jvp(f, moving, moving.map(ramp)).tangent as readonly Tensor[])];
}

export const lacksRule = ({ pullbacks, jointPullback }: AnyPrimitive, input: number): boolean =>
  jointPullback === undefined && typeof pullbacks !== 'function' && (pullbacks[input] ?? null) === null;

export function merge(inputs: readonly Tensor[], wanted: readonly boolean[], moving: readonly Tensor[]): Tensor[] {
  let next = 0;
  return inputs.map((x, i) => (wanted[i] ? (moving[next++] as Tensor) : x)); // one per wanted operand
}

/** 0.5, −0.75, 1, …: numbers of one type that differ from their neighbours. */
export function ramp({ dtype, shape, size }: Tensor): Concrete {
  const storage = dtypes[dtype].allocate(size);
  for (let i = 0; i < storage.length; i++) storage[i] = (i % 2 === 0 ? 1 : -1) * (0.5 + 0.25 * (i % 11));
  return new Concrete(storage, dtype, shape);
}

export const tracingLaws: readonly Law[] = [traced, recorded];
