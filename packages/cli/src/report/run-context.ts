import { cpus } from 'node:os';
import { version } from '../version.ts';
import type { ReportContext } from './context.ts';

/** The context of a run that ends now. */
export const runContext = (args: readonly string[], started: Date): ReportContext => ({
  args,
  version,
  started: started.toISOString(),
  seconds: (Date.now() - started.getTime()) / 1000,
  machine: {
    node: process.version,
    platform: process.platform,
    arch: process.arch,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
  },
});
