import { Concrete } from '@throughline/tensor';
import { type Arguments, asTensor, takeApart } from './arguments.ts';
import { notify } from './notify.ts';
import type { TracedForm } from './trace-form.ts';

/** So many forms of one function are kept. */
const MOST = 32;
/** A function that has so many is probably called with lengths that keep changing. */
const MANY = 8;

/** A form that fits a call, and the call's inputs. */
export interface Call {
  readonly form: TracedForm;
  readonly inputs: readonly Concrete[];
}

/** The forms of a function, those used last. */
export class Cache {
  /** The one used last at the end. */
  readonly all: TracedForm[] = [];
  readonly #name: string;
  #made = 0;

  /** `name` is what messages call the function. */
  constructor(name: string) {
    this.#name = name;
  }

  /** The form that fits a call, made if need be; null inside another transform, whose tensors no form takes. */
  find(args: readonly unknown[], make: (flat: Arguments) => TracedForm | null): Call | null {
    const { all } = this;
    for (let i = all.length - 1; i >= 0; i--) {
      const form = all[i] as TracedForm; // i < length
      const inputs = form.inputsOf(args);
      if (inputs === null) continue;
      if (i < all.length - 1) all.push(...all.splice(i, 1));
      return { form, inputs };
    }
    const flat = takeApart(args);
    const inputs = flat.leaves.map(asTensor);
    if (!isConcrete(inputs)) return null;
    const form = make(flat);
    if (form === null) return null;
    this.#keep(form);
    return { form, inputs };
  }

  #keep(form: TracedForm): void {
    this.all.push(form);
    if (this.all.length > MOST) this.all.shift();
    if (++this.#made !== MANY) return;
    notify(
      `compile: ${this.#name || 'a function'} was compiled ${MANY} times, for different shapes, words or functions. Pad sequences to a few lengths, or pass lengths as data.`,
    );
  }
}

const isConcrete = (inputs: readonly unknown[]): inputs is readonly Concrete[] =>
  inputs.every((input) => input instanceof Concrete);
