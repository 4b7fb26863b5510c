import { defineConfig } from 'vitest/config';
import { documentationTests } from './scripts/docs/plugin.ts';

const source = ['@throughline/source'];

export default defineConfig({
  plugins: [documentationTests()],
  resolve: { conditions: source },
  ssr: { resolve: { conditions: source, externalConditions: source } },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'scripts/**/*.test.ts',
      '{examples,docs}/**/*.{test.ts,md}',
      '{README,CONTRIBUTING}.md',
    ],
  },
});
