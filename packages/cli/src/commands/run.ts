import { defineCommand } from 'citty';
import { UserFileError } from '../user-file/errors.ts';
import { importUserFile, userPath } from '../user-file/load.ts';

export default defineCommand({
  args: {
    file: {
      type: 'positional',
      required: true,
      description: 'A .ts or .js file; its import of throughline is this very package',
    },
  },
  async run({ args }) {
    // As if node had been called with the file: a module can see by it that it is the one that runs.
    process.argv = [process.execPath, userPath(args.file), ...args._.slice(1)];
    try {
      await importUserFile(args.file);
    } catch (error) {
      if (!hasRun(error)) throw error;
      console.error(`throughline: ${(error as Error).message}`); // hasRun: a UserFileError
      return 1;
    }
    return Number(process.exitCode ?? 0); // a script says by it that something does not hold
  },
});

/** Whether the file itself threw, and not the attempt to read it. */
function hasRun(error: unknown): boolean {
  const cause = error instanceof UserFileError ? error.cause : undefined;
  if (cause === undefined || cause instanceof SyntaxError) return false;
  const { code } = cause as { code?: unknown }; // Node's own errors have one
  return !(
    typeof code === 'string' && /^ERR_(MODULE_NOT_FOUND|UNSUPPORTED|UNKNOWN_FILE|INVALID_MODULE|PACKAGE)/.test(code)
  );
}
