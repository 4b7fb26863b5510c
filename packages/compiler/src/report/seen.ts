import { ArgumentError } from '@throughline/tensor';
import type { Cache } from '../cache.ts';
import type { TracedForm } from '../trace-form.ts';
import { reportEntry } from './entry.ts';
import type { Profile, ProfileOptions } from './profile.ts';
import type { Report } from './report.ts';

/** What can be asked of a compiled function that has run. */
export interface Seen {
  /**
   * What became of the function: loops, products, rewrites, memory, and why something was not fused. Of the types it was
   * called with last; with `all`, of every set of types.
   * @throws ArgumentError before the first call, or without `@throughline/compiler/report`.
   */
  report(options?: { readonly all?: boolean }): Report;
  /**
   * Where the time goes, by kernel and by line of the user's code: runs the last call's program again, with its arguments, in
   * a module that takes times. States do not move, and the function itself pays nothing.
   * @throws ArgumentError before the first call, when the function is interpreted, or without `@throughline/compiler/report`.
   */
  profile(options?: ProfileOptions): Profile;
}

/** The questions about a function, answered from what was made for it. */
export function seen(name: string, cache: Cache): Seen {
  const lastOf = (op: string): TracedForm => {
    const last = cache.all.at(-1);
    if (last === undefined)
      throw new ArgumentError(
        op,
        `${name || 'the function'} has not been compiled: that happens when it is called. Call it first.`,
      );
    return last;
  };
  return {
    report({ all = false } = {}) {
      const reporting = reportEntry.for('report');
      const last = lastOf('report');
      return reporting.report((all ? cache.all : [last]).map(({ runner }) => runner));
    },
    profile: (options = {}) => reportEntry.for('profile').profile(lastOf('profile'), options),
  };
}
