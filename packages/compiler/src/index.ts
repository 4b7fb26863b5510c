// functions
export { type Compiled, compile } from './compile.ts';
export type { CompileOptions } from './options.ts';
export type { Seen } from './report/seen.ts';
export type { Stateful, StateOptions } from './state.ts';
