import { ArgumentError, type DType, full, type Tensor } from '@throughline/tensor';
import { type Dims, extentsOf } from './dims.ts';

/** A declaration of one state: its axes by letters, B being the batch, and its dtype (the parameters' by default). */
export interface Slot {
  readonly kind: 'slot';
  readonly axes: string;
  readonly dtype: DType | undefined;
}

/** Declarations of a cell's states, nested as the cell likes. */
export interface Slots {
  readonly [name: string]: Slot | Slots;
}

/** Names of states of shape [B, H] each, or a record of `slot`s. */
export type StateSpec = readonly string[] | Slots;

/** The states themselves. */
export type StateOf<S> = S extends readonly (infer Name extends string)[]
  ? { readonly [K in Name]: Tensor }
  : string extends keyof S
    ? StateTree
    : { readonly [K in keyof S]: S[K] extends Slot ? Tensor : StateOf<S[K]> };

/** States of a cell that is not known to the type checker. */
export interface StateTree {
  readonly [name: string]: Tensor | StateTree;
}

/** A state's names, one per leaf, dotted where nested: `c`, `slots.keys`. */
export type StateName<S> = S extends readonly (infer Name extends string)[] ? Name : SlotName<S>;
type SlotName<S> = string extends keyof S
  ? string
  : { [K in keyof S & string]: S[K] extends Slot ? K : `${K}.${SlotName<S[K]>}` }[keyof S & string];

const isSlot = (value: Slot | Slots): value is Slot => value.kind === 'slot';

/**
 * Declares a state by the letters of its axes: `slot('BH')` is what a plain name stands for, `slot('BKH')` a table of K
 * rows, `slot('B', { dtype: 'int32' })` a counter for each row of the batch.
 *
 * @throws ArgumentError when `axes` has anything but capital letters.
 * @example slot('BKH').axes   // BKH
 */
export function slot(axes: string, options: { readonly dtype?: DType } = {}): Slot {
  if (!/^[A-Z]*$/.test(axes)) {
    throw new ArgumentError('slot', `"${axes}" does not name axes. Write one capital letter for each, as in "BH".`);
  }
  return Object.freeze({ kind: 'slot', axes, dtype: options.dtype });
}

const vector: Slot = slot('BH');

/** The declaration as a record, whichever way it was written. */
export const slotsOf = (spec: StateSpec): Slots =>
  Array.isArray(spec) ? Object.fromEntries(spec.map((name: string) => [name, vector])) : (spec as Slots); // not an array

/** Every state with its dotted name, in order. */
export function namedSlots(slots: Slots, prefix = ''): { readonly name: string; readonly slot: Slot }[] {
  return Object.entries(slots).flatMap(([key, value]) => {
    const name = prefix === '' ? key : `${prefix}.${key}`;
    return isSlot(value) ? [{ name, slot: value }] : namedSlots(value, name);
  });
}

/** The same nesting with a value in place of each slot. */
export function mapSlots<M>(
  slots: Slots,
  f: (slot: Slot, name: string) => M,
  prefix = '',
): { [name: string]: unknown } {
  return Object.fromEntries(
    Object.entries(slots).map(([key, value]) => {
      const name = prefix === '' ? key : `${prefix}.${key}`;
      return [key, isSlot(value) ? f(value, name) : mapSlots(value, f, name)];
    }),
  );
}

/** All states at zero, for `batch` rows. */
export function zeroState(cell: string, slots: Slots, dims: Dims, batch: number): { [name: string]: unknown } {
  return mapSlots(slots, ({ axes, dtype }, name) =>
    full(extentsOf(`${cell}.initialState`, name, axes, { ...dims, B: batch }), 0, dtype ?? dims.dtype ?? 'float64'),
  );
}

/** The value at a dotted name in a nested record. */
export function valueAt(tree: unknown, name: string): unknown {
  let value = tree;
  for (const key of name.split('.')) value = (value as Record<string, unknown> | undefined)?.[key]; // a record until the leaf
  return value;
}

/** Puts a value at a dotted name, making records on the way. */
export function setValueAt(tree: Record<string, unknown>, name: string, value: unknown): void {
  const dot = name.indexOf('.');
  if (dot < 0) {
    tree[name] = value;
    return;
  }
  const key = name.slice(0, dot);
  const branch = (tree[key] ?? {}) as Record<string, unknown>; // only branches were put where the name goes on
  tree[key] = branch;
  setValueAt(branch, name.slice(dot + 1), value);
}
