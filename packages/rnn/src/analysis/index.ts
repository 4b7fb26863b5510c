// derivatives between the values of a run
export type { ByStep } from '../questions/by-step.ts';
export { type Flow, flow } from '../questions/flow.ts';
export { LazyJacobian } from '../questions/jacobian.ts';
export { type Holding, partial, total } from '../questions/total.ts';
export type { Deviation, Reference } from '../questions/versus.ts';

// a derivative by its paths
export { type DependenceTable, dependenceTable } from './paths/dependence-table.ts';
export { type DependenceOptions, dependsOn } from './paths/depends-on.ts';
export { type Paths, paths } from './paths/paths.ts';

// spectra
export { type Distance, type Influence, type InfluenceOptions, influence } from './spectra/influence.ts';
export { type Lyapunov, type LyapunovOptions, lyapunov } from './spectra/lyapunov.ts';
export { type MemoryTime, memoryTime } from './spectra/memory-time.ts';
export { type PowerIteration, type PowerIterationOptions, powerIteration } from './spectra/power-iteration.ts';
export { stepJacobians } from './spectra/step-jacobians.ts';

// one gradient, three ways through time
export { bptt } from './through-time/bptt.ts';
export type { FromOptions, Gradients, StepLoss } from './through-time/per-step.ts';
export {
  type OnlineRtrl,
  onlineRtrl,
  type RtrlCarry,
  type RtrlOptions,
  type RtrlStep,
  rtrl,
} from './through-time/rtrl.ts';
export { type TruncationOptions, truncatedBptt } from './through-time/truncated-bptt.ts';
export { type Bias, type TruncationBias, truncationBias } from './through-time/truncation-bias.ts';
