/** @file What `@throughline/compiler/report` brings: a page that shows no reports does not download them. */
import { ArgumentError } from '@throughline/tensor';
import type { Runner } from '../run/runner.ts';
import type { TracedForm } from '../trace-form.ts';
import type { Profile, ProfileOptions } from './profile.ts';
import type { Report } from './report.ts';

/** How questions about compiled functions are answered. */
export interface Reporting {
  report(runners: readonly Runner[]): Report;
  profile(form: TracedForm, options: ProfileOptions): Profile;
}

let reporting: Reporting | null = null;

export function useReporting(given: Reporting): void {
  reporting = given;
}

/** @throws ArgumentError while nothing has been brought. */
export function reportingFor(op: string): Reporting {
  if (reporting !== null) return reporting;
  throw new ArgumentError(op, "import '@throughline/compiler/report' first; 'throughline' does.");
}
