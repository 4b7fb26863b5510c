/** @file For packages/bench, which holds the compiler against loops written by hand: no part of the interface, and changes without notice. */

export { emitContract } from './emit/contract.ts';
export type { Emitter } from './emit/emitter.ts';
export { emitPack } from './emit/pack.ts';
export { callCopy, transpose } from './emit/products/copy.ts';
export { type Flavor, flavorOf } from './emit/products/flavor.ts';
export { callTile, tile, tileColumns } from './emit/products/tile.ts';
export type { Access, ContractKernel, Label } from './plan/ir.ts';
export type { Code, FunctionIndex, Local } from './wasm/code.ts';
export { Module } from './wasm/module.ts';
export type { Op } from './wasm/opcodes.ts';
