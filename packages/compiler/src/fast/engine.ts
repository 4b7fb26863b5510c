/** @file What the engine that runs us can do. */
import { Module } from '../wasm/module.ts';

let fuses: boolean | undefined;

/**
 * Whether multiplications and additions can be fused (relaxed SIMD). Node 20 can, behind a flag that is set here, because
 * this is asked for `arithmetic: 'fast'` alone.
 */
export function canFuse(): boolean {
  fuses ??= hasRelaxed() || (setFlag() && hasRelaxed());
  return fuses;
}

function hasRelaxed(): boolean {
  const module = new Module();
  module.function({ parameters: ['v128'], results: ['v128'] }, (code, [x]) => {
    if (x !== undefined) code.get(x).get(x).get(x).op('f32x4RelaxedMadd');
  });
  return WebAssembly.validate(module.bytes());
}

interface NodeProcess {
  getBuiltinModule?(name: string): { setFlagsFromString?(flag: string): void } | undefined;
}

/** False where there is no such flag: in pages. */
function setFlag(): boolean {
  const { process } = globalThis as { process?: NodeProcess }; // of Node, if it is
  const v8 = process?.getBuiltinModule?.('node:v8');
  v8?.setFlagsFromString?.('--experimental-wasm-relaxed-simd');
  return v8 !== undefined;
}
