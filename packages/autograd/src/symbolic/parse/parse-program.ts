import type { Program } from '../../program.ts';
import { verify } from '../../verify.ts';
import { textFormat } from '../print.ts';
import { Block } from './block.ts';
import { Cursor, describe } from './cursor.ts';

/**
 * Reads a Program from the text that `print` writes.
 *
 * Variables may have any names; comments (`// …`) behind an equation are its scopes. Every type is checked against the
 * shape rules, so that what is returned is well formed. A text printed with `{ constants: 'full' }` gives the same bits
 * again; one without has no elements of large constants, and is refused if it has any.
 * @throws ProgramTextError with line and column, what was expected, and the line itself.
 * @example evaluate(parseProgram('program (x: f64[]) { y: f64[] = mul(x, 2) return y }'), [tensor(3)])   // [f64[] 6]
 */
export function parseProgram(text: string): Program {
  const cursor = new Cursor(text);
  const opened = cursor.expect('program', '"program"');
  const { kind, text: version } = cursor.peek();
  if (kind === 'word') {
    if (version !== `v${textFormat}`) {
      cursor.fail(
        cursor.peek(),
        `the text is of format ${version.replace(/^v/, '')}; this is a reader of format ${textFormat}.`,
      );
    }
    cursor.take();
  }
  cursor.expect('(', '"(" and the inputs');
  const { program } = new Block(cursor, 'program', opened).body('program', opened);
  const rest = cursor.peek();
  if (rest.kind !== 'end') cursor.fail(rest, `expected the end of the text, found ${describe(rest)}.`);
  return verify(program);
}
