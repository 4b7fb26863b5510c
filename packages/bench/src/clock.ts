/** The environment variable by which peers in processes of their own learn which clock is asked for. */
const VARIABLE = 'THROUGHLINE_BENCH_CLOCK';

/** Measures processor time from now on, of this process and of peers: on a machine that others use it hardly grows. */
export function useProcessorTime(): void {
  process.env[VARIABLE] = 'cpu';
}

/** Whether times are of the processor; then everything runs on one thread, since those of two would add up. */
export const isProcessorTime = (): boolean => process.env[VARIABLE] === 'cpu';

/** Seconds on the clock that is asked for. */
export function seconds(): number {
  if (!isProcessorTime()) return performance.now() / 1000;
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
