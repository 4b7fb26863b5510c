import { defineCommand } from 'citty';
import { checkName } from '../new/name.ts';
import { cellSource, testSource, verifySource } from '../new/templates.ts';
import { writeFiles } from '../new/write-files.ts';
import { UsageError } from '../usage.ts';
import { callerFolder } from '../user-file/load.ts';

export default defineCommand({
  args: {
    name: {
      type: 'positional',
      required: true,
      description: 'What to call it: lower-case words joined by hyphens, as in my-cell',
    },
  },
  run({ args }) {
    if (args._.length > 1) throw new UsageError(`new: takes one name, got ${args._.join(', ')}.`);
    const name = checkName(args.name);
    const files = [
      { name: `${name}.ts`, source: cellSource(name), about: 'the cell: change it', command: 'check' },
      { name: `${name}.test.ts`, source: testSource(name), about: 'its tests', command: 'run' },
      { name: `${name}.verify.ts`, source: verifySource(name), about: 'its claims in numbers', command: 'run' },
    ];
    writeFiles(callerFolder(), files);
    const width = name.length + '.verify.ts'.length;
    for (const { name: file, about, command } of files) {
      console.log(`${file.padEnd(width)}   ${about.padEnd(21)}   npx throughline ${command} ${file}`);
    }
    return 0;
  },
});
