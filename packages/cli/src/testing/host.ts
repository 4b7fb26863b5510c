// A process that runs one command line after another: the sources are loaded once, and not by each.
import { tmpdir } from 'node:os';
import { main } from '../main.ts';
import { ended, type Request } from './shared-process.ts';

process.on('message', async ({ folder, words }: Request) => {
  process.chdir(folder);
  process.exitCode = undefined;
  const code = await main(words);
  process.chdir(tmpdir()); // the folder may be removed
  process.stdout.write(ended);
  process.stderr.write(ended);
  process.send?.(code);
});
