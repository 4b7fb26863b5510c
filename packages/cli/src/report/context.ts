/** What stands in a report but not in its facts: it differs from run to run and from machine to machine. */
export interface ReportContext {
  /** The arguments after `throughline`, as they were given: `check`, `my-cell.ts`, `--seed`, `7`. */
  readonly args: readonly string[];
  readonly version: string;
  /** When the run began: ISO 8601. */
  readonly started: string;
  readonly seconds: number;
  readonly machine: {
    readonly node: string;
    readonly platform: string;
    readonly arch: string;
    readonly cpu: string;
    readonly cores: number;
  };
}

/** The command as one would type it, with options added that are not there yet. */
export function commandLine(context: ReportContext, ...added: readonly string[]): string {
  const args = [...context.args, ...added.filter((option) => !context.args.includes(option))];
  return ['throughline', ...args.map(quote)].join(' ');
}

const quote = (argument: string): string =>
  /^[\w@%+=:,./−-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
