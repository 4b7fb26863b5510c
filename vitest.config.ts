import { configDefaults, defineConfig } from 'vitest/config';
import { documentationTests } from './scripts/docs/plugin.ts';

const source = ['@throughline/source'];

const every = [
  'packages/*/src/**/*.test.ts',
  'scripts/**/*.test.ts',
  '{examples,docs,exercises}/**/*.{test.ts,md}',
  '{README,CONTRIBUTING}.md',
];

/**
 * Files that leave something behind (they define primitives, start threads, bring other kernels), look at all of that or
 * at what was not imported, or measure the process that they run in.
 */
const alone = [
  'docs/{add-an-op,architecture,compile,names}.md',
  'packages/autograd/src/{params,primitives/cond,reads,registry,tape,transforms/vmap-loops}.test.ts',
  'packages/autograd/src/symbolic/parse/{parse-program,refused}.test.ts',
  'packages/autograd/src/testing/{check-primitive,composites/composites,table/table}.test.ts',
  'packages/autograd/src/testing/gradients/{check-grads,complex-step-check}.test.ts',
  'packages/compiler/src/{api,equality,regressions,testing/same-bits}.test.ts',
  'packages/compiler/src/{eager,threads}/*.test.ts',
  'packages/compiler/src/{fast,report}/missing.test.ts',
  'packages/interop/src/testing/fuzz.test.ts',
  'packages/rnn/src/{analysis/paths/depends-on,claims/prove/given-rules,memory}.test.ts',
  'packages/rnn/src/testing/{cell-laws/broken,zoo/*}.test.ts',
  'scripts/docs/examples.test.ts',
];

export default defineConfig({
  plugins: [documentationTests()],
  resolve: { conditions: source },
  ssr: { resolve: { conditions: source, externalConditions: source } },
  test: {
    // By default one core is left to the watcher, which of two is half.
    maxWorkers: '100%',
    // Machines are shared: a test may take many times what it takes alone. None of them waits for anything.
    testTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'alone', include: alone } },
      {
        extends: true,
        test: {
          name: 'together',
          include: every,
          exclude: [...configDefaults.exclude, ...alone],
          // Our modules are loaded once, and not by each of three hundred files.
          isolate: false,
          setupFiles: ['scripts/tests/left-behind.ts'],
        },
      },
    ],
  },
});
