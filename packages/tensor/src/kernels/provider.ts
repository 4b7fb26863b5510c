import type { Concrete } from '../tensor.ts';

/**
 * Runs an op, a primitive with its params, in the place of its reference kernel, to the same bits; null where it leaves it
 * to that. It is asked after the op's types were checked.
 */
export type KernelProvider = (
  primitive: { readonly name: string },
  inputs: readonly Concrete[],
  params: unknown,
) => readonly Concrete[] | null;

/** Who is asked. */
export let kernelProvider: KernelProvider | null = null;

/** Asks another provider from now on, or none; gives the one before. */
export function setKernelProvider(provider: KernelProvider | null): KernelProvider | null {
  const before = kernelProvider;
  kernelProvider = provider;
  return before;
}
