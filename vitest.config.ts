import { defineConfig } from 'vitest/config';
import { documentationTests } from './scripts/docs/plugin.ts';

const source = ['@throughline/source'];

export default defineConfig({
  plugins: [documentationTests()],
  resolve: { conditions: source },
  ssr: { resolve: { conditions: source, externalConditions: source } },
  test: {
    // By default one core is left to the watcher, which of two is half.
    maxWorkers: '100%',
    // Machines are shared: a test may take many times what it takes alone. None of them waits for anything.
    testTimeout: 60_000,
    include: [
      'packages/*/src/**/*.test.ts',
      'scripts/**/*.test.ts',
      '{examples,docs,exercises}/**/*.{test.ts,md}',
      '{README,CONTRIBUTING}.md',
    ],
  },
});
