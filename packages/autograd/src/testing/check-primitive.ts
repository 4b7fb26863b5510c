import fc from 'fast-check';
import type { AnyPrimitive, Primitive } from '../primitive.ts';
import { batchingLaws } from './laws/batching.ts';
import { type BroadcastingOp, broadcastable, checkBroadcasting } from './laws/broadcasting.ts';
import { derivativeLaws } from './laws/derivatives.ts';
import { kernelLaws } from './laws/kernel.ts';
import { checkKink } from './laws/kinks.ts';
import { describeCall, type Law } from './laws/law.ts';
import { tracingLaws } from './laws/tracing.ts';
import type { PrimitiveSamples, Refusal } from './sample.ts';

/** What every primitive obeys. */
const laws: readonly Law[] = [...kernelLaws, ...tracingLaws, ...batchingLaws, ...derivativeLaws];

/** Options of `checkPrimitive`. */
export interface CheckPrimitiveOptions {
  /** Random calls per law. Default 20; the laws about derivatives take a quarter. */
  readonly runs?: number;
  /** Of the random calls. Default 1. */
  readonly seed?: number;
}

/** One law at one primitive, ready to run. */
export interface Check {
  readonly title: string;
  run(): void;
}

/** An op that is a primitive, or the primitive itself. */
export type Checkable<P = unknown, In extends number = number, Out extends number = number> =
  | Primitive<P, In, Out>
  | { readonly primitive: AnyPrimitive };

/**
 * Checks a primitive against the laws that all obey, at random calls: the shape rule gives the types of the kernel; inputs
 * are not changed; traced = eager, bit for bit, recorded and under both modes too; derivatives agree with finite
 * differences to order 2, forward and reverse mode with each other; pullbacks are linear; a map's expression and a view's
 * pieces give the bits of the kernel; calls that do not fit are refused by name.
 *
 * @throws Error with the law, the smallest call that was found to break it, and the numbers.
 * @example checkPrimitive(tanh, { smooth: calls([tensors()]), refused: [] })   // undefined
 */
export function checkPrimitive<P, In extends number, Out extends number>(
  op: Checkable<P, In, Out>,
  samples: PrimitiveSamples,
  options: CheckPrimitiveOptions = {},
): void {
  for (const check of checksOf(op, samples, options)) check.run();
}

/** The laws that apply to a primitive, one by one: for a test per law. */
export function checksOf<P, In extends number, Out extends number>(
  op: Checkable<P, In, Out>,
  samples: PrimitiveSamples,
  options: CheckPrimitiveOptions = {},
): Check[] {
  const primitive = 'primitive' in op ? op.primitive : (op as unknown as AnyPrimitive); // see AnyPrimitive
  const { runs = 20, seed = 1 } = options;
  const applying = laws.filter((law) => law.applies?.(primitive, samples) ?? true);
  const checks = applying.flatMap((law): Check[] => {
    const arbitrary = law.at === 'smooth' ? samples.smooth : (samples.any ?? samples.smooth);
    if (arbitrary === null) return [];
    const property = fc.property(arbitrary, (sample) => {
      try {
        law.check(primitive, sample, samples);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        throw new Error(
          `${primitive.name}: ${law.title} does not hold at ${describeCall(primitive, sample)}: ${message}`,
        );
      }
    });
    const numRuns = law.at === 'smooth' ? Math.ceil(runs / 4) : runs;
    return [{ title: law.title, run: () => report(fc.check(property, { seed, numRuns })) }];
  });
  const refusals = samples.refused.map(
    (refusal): Check => ({
      title: 'calls that do not fit are refused by name',
      run: () => checkRefusal(primitive, refusal),
    }),
  );
  const kinks = (samples.kinks ?? []).map(
    (kink): Check => ({
      title: `at its kink ${kink.inputs.map((x) => `[${[...x.storage]}]`).join(', ')} it has the documented derivative`,
      run: () => checkKink(primitive, kink),
    }),
  );
  return [...checks, ...broadcastingCheck(op, primitive, samples, options), ...kinks, ...refusals];
}

/** Throws what the smallest call that failed threw; fast-check's own report would only have it as a cause. */
function report<T>(details: fc.RunDetails<T>): void {
  if (!details.failed) return;
  if (details.errorInstance instanceof Error) throw details.errorInstance;
  throw new Error(fc.defaultReportMessage(details));
}

/** Maps of several operands are given as ops, which broadcast; the primitive alone takes one shape only. */
function broadcastingCheck(
  op: unknown,
  primitive: AnyPrimitive,
  samples: PrimitiveSamples,
  { runs = 20, seed = 1 }: CheckPrimitiveOptions,
): Check[] {
  if (typeof op !== 'function' || primitive.semantics.kind !== 'map') return [];
  const property = fc.property(broadcastable(samples), (inputs) => {
    if (inputs.length > 1) checkBroadcasting(op as BroadcastingOp, inputs); // what `callable` made of a map
  });
  return [
    {
      title: 'it broadcasts: values and cotangents are those of operands broadcast first',
      run: () => report(fc.check(property, { seed, numRuns: runs })),
    },
  ];
}

function checkRefusal(primitive: AnyPrimitive, { inputs, params }: Refusal): void {
  let message = 'nothing';
  try {
    primitive.infer(inputs, params);
  } catch (error) {
    message = error instanceof Error ? error.message : String(error);
  }
  if (!message.startsWith(`${primitive.name}: `)) {
    const call = inputs.map((type) => `${type.dtype}[${type.shape}]`);
    throw new Error(`${primitive.name}: at ${call.join(', ')} with ${JSON.stringify(params)} infer says "${message}"`);
  }
}
