import type { AnyCell } from '../../cell.ts';
import { stepLines } from './backward.ts';
import { directPaths } from './direct.ts';
import { likewise } from './likewise.ts';

/**
 * A cell as mathematics: its step, its backward pass, and the direct path of its memory, in the cell's own letters.
 *
 * All is read off one trace and its reverse sweep. Gates of one form share a line (`i, o likewise`), and no expression
 * stands there twice. The last lines say what ∂c_t/∂c_{t−1} is when other paths are held: for the belt, if one is
 * declared, otherwise for each state.
 * @example explain(rnn).split('\n')[1]?.trim()   // h' = tanh(x W_h + h U_h + b_h)
 */
export function explain(cell: AnyCell): string {
  const lines = stepLines(cell);
  const part = (...halves: readonly string[]): string[] => likewise(lines.filter(({ half }) => halves.includes(half)));
  const blocks = [
    ['', part('forward', 'shared')],
    ['backward', part('backward')],
    ['along the memory', directPaths(cell)],
  ] as const;
  return [
    cell.name,
    ...blocks.flatMap(([title, texts]) => [
      ...(title === '' || texts.length === 0 ? [] : ['', `  ${title}`]),
      ...texts.map((text) => `  ${text}`),
    ]),
  ].join('\n');
}
