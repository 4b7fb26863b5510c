import type { Code, Local } from '../../wasm/code.ts';
import type { Range } from '../nest.ts';
import type { Schedule } from './schedule.ts';

/** A number known now, or when the kernel runs. */
export type Value = number | Local;

/** Puts base + index·stride + … on the stack. */
export function pushPlace(code: Code, base: Local, ...steps: readonly (readonly [Value, number])[]): Code {
  code.get(base);
  for (const [index, stride] of steps) {
    if (typeof index !== 'number') code.plus(index, stride);
    else if (index * stride !== 0) code.i32(index * stride).op('i32Add');
  }
  return code;
}

/** `body` for each block of at most `most` indices: where it starts, and how many it has. */
export function eachBlock(
  code: Code,
  { from, to }: Range,
  most: number,
  body: (start: Value, count: Value) => void,
): void {
  if (typeof from === 'number' && typeof to === 'number' && to - from <= most) {
    body(from, to - from);
    return;
  }
  const [start, count] = code.locals(2);
  if (most === Number.POSITIVE_INFINITY) {
    code.value(to).value(from).op('i32Sub').set(count);
    body(from, count);
    code.release(start, count);
    return;
  }
  code.count(start, from, to, most, () => {
    code.value(to).get(start).op('i32Sub').set(count).least(count, most).set(count);
    body(start, count);
  });
  code.release(start, count);
}

/** `body` for each panel of columns, with how many columns it has: the last may have fewer. */
export function eachPanel(
  code: Code,
  { columns, width }: Schedule,
  { from, to }: Range,
  body: (panel: Value, columns: number) => void,
): void {
  const full = Math.floor(columns.extent / width);
  const rest = columns.extent - full * width;
  if (full === 0) {
    // of several threads, one has it
    if (typeof from === 'number') body(0, rest);
    else
      code
        .get(from)
        .value(to)
        .op('i32LtS')
        .if(() => body(0, rest));
    return;
  }
  const panel = code.local();
  code.count(panel, from, to, 1, () => {
    if (rest === 0) body(panel, width);
    else
      code
        .get(panel)
        .i32(full)
        .op('i32Eq')
        .if(
          () => body(full, rest),
          () => body(panel, width),
        );
  });
  code.release(panel);
}

/** `body` as long as `left` is at least `step`, which it then loses. */
export function repeat(code: Code, left: Local, step: number, body: () => void): void {
  const more = (): Code => code.get(left).i32(step).op('i32GeS');
  more().if(() => {
    code.loop((again) => {
      body();
      code.get(left).i32(step).op('i32Sub').set(left);
      more().jumpIf(again);
    });
  });
}
