import { ArgumentError, type Tensor } from '@throughline/tensor';
import { quoted } from '../bytes/format-error.ts';
import type { StateDict } from '../safetensors/read.ts';
import { checkStateDict } from './state-dict.ts';

/** Tensors in records, as `writeSafetensors` took them. */
export interface NestedTensors {
  readonly [name: string]: Tensor | NestedTensors;
}

/**
 * The tree that was written flat: `f.W` becomes `f: { W }`.
 *
 * @throws ArgumentError when a name is both a tensor's and a record's.
 * @example Object.keys(nested({ 'f.W': ones([1]), 'f.b': ones([1]), r: ones([1]) })).join()   // f,r
 */
export function nested(tensors: StateDict): NestedTensors {
  checkStateDict('nested', tensors);
  const root = new Map<string, unknown>();
  for (const [name, tensor] of Object.entries(tensors)) {
    const steps = name.split('.');
    const last = steps.pop() as string; // split gives one at least
    let branch: Map<string, unknown> = root;
    for (const step of steps) {
      const next = branch.get(step) ?? new Map<string, unknown>();
      if (!(next instanceof Map)) throw clash(name);
      branch.set(step, next);
      branch = next;
    }
    if (branch.has(last)) throw clash(name);
    branch.set(last, tensor);
  }
  return recordOf(root);
}

const recordOf = (branch: ReadonlyMap<string, unknown>): NestedTensors =>
  Object.fromEntries(
    [...branch].map(([name, node]) => [name, node instanceof Map ? recordOf(node) : (node as Tensor)]),
  ); // maps hold nothing else

const clash = (name: string): ArgumentError =>
  new ArgumentError(
    'nested',
    `${quoted(name)}: a part of this name is a tensor, and a record too. Rename one of them.`,
  );
