// The one place that knows where compiled functions come from.
export { type CompileOptions, compile, startThreads, stopThreads } from 'throughline';
