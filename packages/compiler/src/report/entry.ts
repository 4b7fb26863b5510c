import { Entry } from '../entry.ts';
import type { Kernel } from '../plan/ir.ts';
import type { Runner } from '../run/runner.ts';
import type { TracedForm } from '../trace-form.ts';
import type { FunctionIndex } from '../wasm/code.ts';
import type { Profile, ProfileOptions } from './profile.ts';
import type { Report } from './report.ts';

/** How questions about compiled functions are answered. */
export interface Reporting {
  report(runners: readonly Runner[]): Report;
  profile(form: TracedForm, options: ProfileOptions): Profile;
  /** The section of a module in which engines' profilers find what its functions are called: kernels', and those they share. */
  names(kernels: ReadonlyMap<FunctionIndex, Kernel>, shared: ReadonlyMap<string, FunctionIndex>): Uint8Array;
}

export const reportEntry = new Entry<Reporting>('report');
