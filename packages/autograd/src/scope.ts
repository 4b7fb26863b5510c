import type { Concrete, Tensor } from '@throughline/tensor';
import type { AnyPrimitive } from './primitive.ts';
import type { Label, Origin } from './program.ts';

/** Where a run stands. */
export interface Place {
  readonly scope: readonly Label[];
  /** The user's line, or how to find it: formatting a stack is left until somebody asks. */
  readonly line?: string | (() => string | undefined) | undefined;
}

/** What a debugger is told of. While there is none, this costs one comparison with null per op. */
export interface Watch {
  /** A kernel ran. */
  ran(primitive: AnyPrimitive, inputs: readonly Concrete[], params: unknown, outputs: readonly Concrete[]): void;
  /** Cotangents are about to be pulled back from these values. */
  sweeps(ys: readonly Tensor[]): void;
  /** An op is recorded: where it stands. */
  origin(here: Place, inputs: readonly Tensor[], outputs: readonly Tensor[]): Place;
}

/** The debugger, if there is one. */
export let watch: Watch | null = null;

const nowhere: Place = Object.freeze({ scope: Object.freeze([]) });
/** Where the run stands; a line only where ops of a Program or a tape are run on behalf of one. */
let here: Place = nowhere;
/** How many recordings and debuggers ask for places. While it is 0, tapes and loops over equations keep none. */
export let placing = 0;

/** Runs `f` while tapes keep the places of their ops, for a debugger if one is given. */
export function withPlaces<R>(f: () => R, debuggedBy: Watch | null = watch): R {
  const [outer, place] = [watch, here];
  watch = debuggedBy;
  placing++;
  try {
    return f();
  } finally {
    placing--;
    watch = outer;
    here = place;
  }
}

/** Runs `f` with a label that ops recorded meanwhile carry in their origin. */
export function scope<R>(label: Label, f: () => R): R {
  const outer = here;
  here = { line: outer.line, scope: [...outer.scope, label] };
  try {
    return f();
  } finally {
    here = outer;
  }
}

/** Where the run stands now. */
export const currentPlace = (): Place => here;

/** Goes on as if from another place. Whoever calls this comes back; when something is thrown, whatever encloses it does. */
export function standAt(place: Place): void {
  here = place;
}

/** Where an op stands that is being recorded. */
export const placeOf = (inputs: readonly Tensor[], outputs: readonly Tensor[]): Place =>
  watch === null ? here : watch.origin(here, inputs, outputs);

/** A place within another, as that of an equation in a body: its labels follow, its line counts. */
export const inside = (outer: Place, inner: Origin): Place => ({
  line: inner.line ?? outer.line,
  scope: [...outer.scope, ...inner.scope],
});
