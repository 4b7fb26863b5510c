// npm run fuzz:programs [-- nets [seed]]: compiles so many random nets, each asked one thing, and compares every result with the
// interpreter's, bit for bit: strict and default, one thread and two, each run twice. Odd seeds give recurrences with running
// sums, loops in loops and odd numbers. 1,000 take ten minutes. Exit code 1 at the first that differs, which is printed as small
// as it can be made, with its own seed: -- 1 SEED makes it again.
import { flatten, trace } from '@throughline/autograd';
import { randomNets, randomRecurrences } from '@throughline/autograd/testing';
import type { Concrete } from '@throughline/tensor';
import fc from 'fast-check';
import { difference, passesDiffer } from '../packages/compiler/src/testing/difference.ts';
import { startThreads, stopThreads } from '../packages/compiler/src/threads/index.ts';

const [total = '1000', from = '1'] = process.argv.slice(2);
const asked = new Map<string, number>();

const leavesOf = (args: unknown): Concrete[] => flatten('fuzz', args).leaves.map((x) => x.concrete('fuzz'));

/** Counts what is asked. */
const count = (name: string): unknown => asked.set(name, (asked.get(name) ?? 0) + 1);

function refuse(found: string | null): void {
  if (found !== null) throw new Error(found);
}

/** Nets and recurrences, each with one thing that is asked of it. */
const ofNets = fc.tuple(randomNets.nets(12), fc.constantFrom(...Object.entries(randomNets.questions)));
const ofRecurrences = fc.tuple(
  randomRecurrences.recurrences(),
  fc.constantFrom(...Object.entries(randomRecurrences.questions)),
);
const nets = fc.property(ofNets, ([net, [name, question]]) => {
  count(name);
  const args = randomNets.argumentsOf(net);
  refuse(difference(trace(question(net), args), leavesOf(args)));
});
const recurrences = fc.property(ofRecurrences, ([net, [name, question]]) => {
  count(`${name} (recurrence)`);
  const args = randomRecurrences.argumentsOf(net);
  refuse(difference(trace(question(net), args), leavesOf(args)));
  const tame = randomRecurrences.tame(net);
  const numbers = randomRecurrences.argumentsOf(tame);
  refuse(passesDiffer(trace(question(tame), numbers), leavesOf(numbers)));
});

await startThreads(2);
const [first, last] = [Number(from), Number(from) + Number(total) - 1];
let differs = false;
for (let seed = first; seed <= last && !differs; seed++) {
  const once = { numRuns: 1, seed };
  const { failed, counterexample, errorInstance } = seed % 2 === 0 ? fc.check(nets, once) : fc.check(recurrences, once);
  differs = failed;
  if (!failed) continue;
  const [[net, [name]]] = counterexample as [[unknown, [string, unknown]]]; // there is one
  console.error(`seed ${seed}: ${name} of ${JSON.stringify(net)}`);
  console.error(errorInstance);
  process.exitCode = 1;
}
await stopThreads();
const counts = [...asked].map(([name, times]) => `${times} ${name}`).join(', ');
console.log(`random nets from seed ${from}: ${counts}; ${differs ? 'one differs' : 'none differs'}`);
