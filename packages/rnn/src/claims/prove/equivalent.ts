import type { Program } from '@throughline/autograd';
import { simplify } from '@throughline/autograd/symbolic';
import { sameType } from '@throughline/tensor';
import { NormalForms } from './normal-form.ts';

/** Whether two Programs over the same inputs compute the same, over the reals: false means that it was not seen. */
export function equivalent(a: Program, b: Program): boolean {
  const fits = a.inputs.length === b.inputs.length && a.outputs.length === b.outputs.length;
  const types = (one: Program, ids: readonly number[]) => ids.map((id) => one.types[id] as (typeof one.types)[number]); // an index into types
  const [given, others] = [types(a, a.inputs), types(b, b.inputs)];
  if (!fits || !given.every((type, i) => sameType(type, others[i] as (typeof given)[number]))) return false; // equally many
  const forms = new NormalForms();
  const same = (x: Program, y: Program): boolean => String(forms.outputsOf(x)) === String(forms.outputsOf(y));
  return same(a, b) || same(simplify(a), simplify(b));
}
