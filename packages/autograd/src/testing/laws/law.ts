import { type Concrete, formatType, type Tensor } from '@throughline/tensor';
import { firstDifference } from '@throughline/tensor/testing';
import { bindAny } from '../../bind.ts';
import type { AnyPrimitive } from '../../primitive.ts';
import type { PrimitiveSamples, Sample } from '../sample.ts';

/** Something that holds at every call of every primitive that it applies to. Throws where it does not. */
export interface Law {
  readonly title: string;
  /** The calls it is checked at: all, or those with a derivative. */
  readonly at: 'any' | 'smooth';
  applies?(primitive: AnyPrimitive, samples: PrimitiveSamples): boolean;
  check(primitive: AnyPrimitive, sample: Sample, samples: PrimitiveSamples): void;
}

/** The primitive at some operands, as a function. */
export const calling =
  (primitive: AnyPrimitive, params: unknown) =>
  (...inputs: readonly Tensor[]): readonly Tensor[] =>
    bindAny(primitive, inputs, params);

/** Throws unless both lists hold the same bits. */
export function expectSame(what: string, actual: readonly Tensor[], expected: readonly Tensor[]): void {
  if (actual.length !== expected.length) throw new Error(`${what}: ${actual.length} results, not ${expected.length}`);
  actual.forEach((x, k) => {
    const difference = firstDifference(x, expected[k] as Tensor); // equal lengths
    if (difference !== null) throw new Error(`${what}: result ${k}, ${difference}`);
  });
}

/** A call as messages show it. */
export const describeCall = (primitive: AnyPrimitive, { inputs, params }: Sample): string =>
  `${primitive.name}(${inputs.map((x) => (x.size > 30 ? formatType(x) : show(x))).join(', ')})[${showParams(params)}]`;

const show = (x: Concrete): string =>
  `${formatType(x)} [${Array.from(x.storage, (n) => (Object.is(n, -0) ? '-0' : n)).join(', ')}]`;

const showParams = (params: unknown): string =>
  JSON.stringify(params, (key, value: unknown) => (key === 'body' ? '(program)' : value));
