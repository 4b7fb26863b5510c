// npm run fuzz:programs [-- nets [seed]]: compiles so many random nets, each asked one thing, and compares every result with the
// interpreter's, bit for bit: strict and default, one thread and two, each run twice. 1,000 take five minutes. Exit code 1 at
// the first that differs, which is printed as small as it can be made.
import { flatten, trace } from '@throughline/autograd';
import { randomNets } from '@throughline/autograd/testing';
import fc from 'fast-check';
import { difference } from '../packages/compiler/src/testing/difference.ts';
import { startThreads, stopThreads } from '../packages/compiler/src/threads/index.ts';

const [count = '1000', seed = '1'] = process.argv.slice(2);
const asked = new Map<string, number>();
const questions = fc.constantFrom(...Object.entries(randomNets.questions));
await startThreads(2);
const { failed, counterexample, errorInstance } = fc.check(
  fc.property(randomNets.nets(12), questions, (net, [name, question]) => {
    asked.set(name, (asked.get(name) ?? 0) + 1);
    const args = randomNets.argumentsOf(net);
    const leaves = flatten('fuzz', args).leaves.map((x) => x.concrete('fuzz'));
    const found = difference(trace(question(net), args), leaves);
    if (found !== null) throw new Error(found);
  }),
  { numRuns: Number(count), seed: Number(seed) },
);
await stopThreads();
const counts = [...asked].map(([name, times]) => `${times} ${name}`).join(', ');
console.log(`random nets from seed ${seed}: ${counts}; ${failed ? 'one differs' : 'none differs'}`);
if (failed) {
  console.error(JSON.stringify(counterexample?.map((part) => (Array.isArray(part) ? part[0] : part))));
  console.error(errorInstance);
  process.exitCode = 1;
}
