import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** What the numbers were measured on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memory: string;
  readonly node: string;
  /** Processes that wanted a core in the last minute; above `cores` the medians are not to be trusted. */
  readonly load: number;
}

/** This machine, now. */
export const machine = (): Machine => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
  node: `${process.version} (V8 ${process.versions.v8}, ${process.platform} ${process.arch})`,
  load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
});
