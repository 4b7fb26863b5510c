// npm run build: JavaScript and declarations of every published package, into its dist/.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './files.ts';
import { bundleLive } from './live.ts';
import { publishedPackages } from './published.ts';
import { runTool, tsc } from './run.ts';

for (const { folder } of publishedPackages()) rmSync(join(folder, 'dist'), { recursive: true, force: true });
// The first refers to all the others; what belongs to a test tool is a project of its own.
runTool(tsc, ['-b', 'packages/cli', 'packages/rnn/tsconfig.vitest.json']);

// The scripts of a live report: the command reads them when it writes one.
const live = join(root, 'packages/cli/dist/live');
mkdirSync(live, { recursive: true });
for (const [name, code] of Object.entries(await bundleLive())) writeFileSync(join(live, `${name}.js`), code);

const missing = publishedPackages().filter(({ folder }) => !existsSync(join(folder, 'dist/index.d.ts')));
if (missing.length > 0) throw new Error(`not built: ${missing.map(({ name }) => name).join(', ')}`);
console.log(`built ${publishedPackages().length} packages`);
