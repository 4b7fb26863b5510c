import { ArgumentError } from '@throughline/tensor';
import type { Cache } from '../cache.ts';
import type { TracedForm } from '../trace-form.ts';
import { type Profile, type ProfileOptions, profileOf } from './profile.ts';
import { type Report, reportOf } from './report.ts';

/** What can be asked of a compiled function that has run. */
export interface Seen {
  /**
   * What became of the function: loops, products, rewrites, memory, and why something was not fused. Of the types it was
   * called with last; with `all`, of every set of types.
   * @throws ArgumentError before the first call.
   */
  report(options?: { readonly all?: boolean }): Report;
  /**
   * Where the time goes, by kernel and by line of the user's code: runs the last call's program again, with its arguments, in
   * a module that takes times. States do not move, and the function itself pays nothing.
   * @throws ArgumentError before the first call, or when the function is interpreted.
   */
  profile(options?: ProfileOptions): Profile;
}

/** The questions about a function, answered from what was made for it. */
export function seen(name: string, cache: Cache<TracedForm>): Seen {
  const forms = (op: string): [TracedForm, ...TracedForm[]] => {
    const [last, ...others] = cache.all.toReversed();
    if (last === undefined)
      throw new ArgumentError(
        op,
        `${name || 'the function'} has not been compiled: that happens when it is called. Call it first.`,
      );
    return [last, ...others];
  };
  return {
    report({ all = false } = {}) {
      const [last, ...others] = forms('report');
      return reportOf((all ? [...others.toReversed(), last] : [last]).map(({ runner }) => runner));
    },
    profile: (options = {}) => profileOf(forms('profile')[0], options),
  };
}
