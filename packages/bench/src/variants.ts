import type { FloatType } from 'throughline';
import { isProcessorTime } from './clock.ts';
import { type CompileOptions, startThreads } from './compiled.ts';
import { type Contestant, ours } from './interleave.ts';
import type { Net } from './workloads/nets.ts';
import type { Size } from './workloads/sizes.ts';
import { gradientStep, type Step } from './workloads/steps.ts';

/** One way to compile a step. */
export interface Variant {
  readonly who: string;
  readonly options: CompileOptions;
}

/** f32x4.relaxed_madd of its three arguments. */
const RELAXED_MADD = [
  [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  [1, 8, 1, 0x60, 3, 0x7b, 0x7b, 0x7b, 1, 0x7b],
  [3, 2, 1, 0],
  [10, 13, 1, 11, 0, 0x20, 0, 0x20, 1, 0x20, 2, 0xfd, 0x85, 2, 11],
].flat();

/** Whether this engine has fused multiply-add, which `fast` is about. */
export const hasFma = (): boolean => WebAssembly.validate(Uint8Array.from(RELAXED_MADD));

/** How many threads the second variant of each arithmetic runs on: those that are started. */
export const THREADS = 2;

/** Default and fast, on one thread and on two; only default where the engine has no fused multiply-add. */
export async function variants(): Promise<readonly Variant[]> {
  if (!isProcessorTime()) await startThreads(THREADS);
  const counts = isProcessorTime() ? ([1] as const) : ([1, THREADS] as const);
  const arithmetics = hasFma() ? (['exact', 'fast'] as const) : (['exact'] as const);
  return arithmetics.flatMap((arithmetic) =>
    counts.map((threads) => ({
      who: `throughline, ${arithmetic}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
      options: threads === 1 ? { arithmetic, threads } : { arithmetic },
    })),
  );
}

/** A compiled gradient step, ready to be measured in turn with others. */
export interface OurStep {
  readonly step: Step;
  readonly contestant: Contestant;
}

export function ourStep<P>(net: Net<P>, size: Size, { who, options }: Variant, dtype: FloatType = 'float32'): OurStep {
  const step = gradientStep(net, size, dtype, options);
  return { step, contestant: ours(who, step.run) };
}

/** Throws unless a peer computes what we compute: else the times would be of two different things. */
export function checkAgainst(
  peer: string,
  { loss, norm }: { readonly loss: number; readonly norm: number },
  step: Step,
): void {
  const own = step.check();
  const far = (a: number, b: number): boolean => !(Math.abs(a - b) <= 1e-4 * Math.abs(b));
  if (far(own.loss, loss) || far(own.norm, norm)) {
    throw new Error(
      `bench: ${peer} computes a loss of ${loss} and a gradient of norm ${norm}, we compute ${own.loss} and ${own.norm}.`,
    );
  }
}
