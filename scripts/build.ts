// npm run build: JavaScript and declarations of every published package, into its dist/.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { publishedPackages } from './published.ts';
import { runTool, tsc } from './run.ts';

for (const { folder } of publishedPackages()) rmSync(join(folder, 'dist'), { recursive: true, force: true });
// The first refers to all the others; what belongs to a test tool is a project of its own.
runTool(tsc, ['-b', 'packages/cli', 'packages/rnn/tsconfig.vitest.json']);

const missing = publishedPackages().filter(({ folder }) => !existsSync(join(folder, 'dist/index.d.ts')));
if (missing.length > 0) throw new Error(`not built: ${missing.map(({ name }) => name).join(', ')}`);
console.log(`built ${publishedPackages().length} packages`);
