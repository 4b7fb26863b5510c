// A process of its own: node … compile-time-case.ts NET SIZE prints the seconds of the first call and of the second.

import { valueAndGrad } from 'throughline';
import { seconds } from './clock.ts';
import { compile } from './compiled.ts';
import * as nets from './workloads/nets.ts';
import { type SizeName, sizes } from './workloads/sizes.ts';
import { dataOf, lossOf } from './workloads/steps.ts';

/** What a case tells its parent. */
export interface CompileTimeCase {
  readonly first: number;
  readonly second: number;
}

const [kind, size] = process.argv.slice(2) as ['naive' | 'peephole', SizeName]; // as the parent wrote them

function main<P>(net: nets.Net<P>): CompileTimeCase {
  const data = dataOf(net, sizes[size], 'float32');
  const call = (): number => {
    const start = seconds();
    if (!Number.isFinite(step(...data).value.item())) throw new Error('the loss is finite');
    return seconds() - start;
  };
  const start = seconds();
  const step = compile(valueAndGrad(lossOf(net)));
  const wrapping = seconds() - start;
  return { first: wrapping + call(), second: call() };
}

console.log(JSON.stringify(kind === 'naive' ? main(nets.naive) : main(nets.peephole)));
