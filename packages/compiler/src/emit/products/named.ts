/** @file Functions of a module whose parameters, all i32, go by names. */
import type { Code, FunctionIndex, Local } from '../../wasm/code.ts';
import type { Module } from '../../wasm/module.ts';

/** What such a function is given where it is called: a value, or what pushes one. */
export type Given = number | Local | (() => void);

/** Locals inside, and what is given where it is called. */
type Named<Name extends string, T> = { readonly [name in Name]: T };

/** Calls a function with what is given for each parameter. */
export function callNamed<Name extends string>(
  code: Code,
  index: FunctionIndex,
  names: readonly Name[],
  call: Named<Name, Given>,
): void {
  for (const name of names) {
    const given = call[name];
    if (typeof given === 'function') given();
    else code.value(given);
  }
  code.call(index);
}

export const defineNamed = <Name extends string>(
  module: Module,
  key: string,
  names: readonly Name[],
  build: (code: Code, p: Named<Name, Local>) => void,
): FunctionIndex =>
  module.library(key, { parameters: names.map(() => 'i32'), results: [] }, (code, parameters) => {
    build(code, Object.fromEntries(names.map((name, i) => [name, parameters[i]])) as Named<Name, Local>); // all names, and as many parameters
  });
