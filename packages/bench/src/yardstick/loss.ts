import type { FunctionIndex, Local, Module } from '@throughline/compiler/internals';
import { lanesOf } from './lanes.ts';

/** dh = 2·(h − target)/count and the sum of (h − target)² in the lanes at `sum`: (h, target, dh, sum, bytes). */
export function lossAndCotangent(module: Module, double: boolean, count: number): FunctionIndex {
  return module.function({ parameters: ['i32', 'i32', 'i32', 'i32', 'i32'], results: [] }, (code, parameters) => {
    const [h, target, dh, sum, size] = parameters as [Local, Local, Local, Local, Local]; // five
    const lanes = lanesOf(code, double, false);
    const factor = lanes.constant(2 / count);
    const [at, difference, total] = [code.local('i32'), code.local('v128'), code.local('v128')];
    const get = (local: Local) => () => void code.get(local);
    const load = (pointer: Local) => () => void code.get(pointer).get(at).op('i32Add').memory('v128Load');
    code.count(at, 0, size, 16, () => {
      lanes.op('Sub', load(h), load(target));
      code.set(difference).get(dh).get(at).op('i32Add');
      lanes.op('Mul', get(difference), factor);
      code.memory('v128Store');
      lanes.multiplyAdd(get(difference), get(difference), get(total));
      code.set(total);
    });
    code.get(sum).get(total).memory('v128Store');
  });
}
