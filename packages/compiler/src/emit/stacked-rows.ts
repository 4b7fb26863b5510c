import type { Code, Local } from '../wasm/code.ts';
import { ACCUMULATORS, BLOCK, type Combine, combiningOp, pushNeutral } from './accumulators.ts';
import type { Place } from './places.ts';
import { combined, type Reduction } from './reduction.ts';

/** How many vectors of results are gathered at a time: their accumulators stay in the nearest cache. */
const STRIP = 64;
const VECTOR = 16;

/**
 * Row after row as memory has them, each added to one of the accumulators, which are rows in scratch: as many results at once
 * as fit there. In registers the accumulators would have to change places with every row.
 */
export function writeStacked(reduction: Reduction, combine: Combine): void {
  const { code, reduced, lanes } = reduction;
  const { loop, writer, each } = combined(reduction, false);
  const { vectors, range } = loop;
  const width = Math.min(STRIP, Math.ceil(loop.inner.extent / lanes));
  const stack = stackOf(reduction, combine, width);
  const [from, end] = code.locals(2);
  const strip = { from, to: end };
  loop.rows((places) => {
    code.count(from, range.from, range.to, width * lanes, () => {
      code
        .get(from)
        .i32(width * lanes)
        .op('i32Add')
        .set(end)
        .least(end, range.to)
        .set(end);
      stack.start(from);
      loop.moving(reduced, () => {
        writer.hoist(1);
        vectors.run(places.slice(0, -1), () => each((value) => stack.add(vectors.index, value)), strip);
        stack.next();
      });
      stack.finish();
      const result = places.at(-1) as Place; // it comes last
      vectors.run([result], () => vectors.store([{ place: result, value: stack.result(vectors.index) }]), strip);
    });
  });
}

/** Rows of accumulators in scratch, and after them, if there are several blocks, the total of those that ended. */
function stackOf({ code, emitter, count, dtype, lanes }: Reduction, combine: Combine, width: number) {
  const rows = Math.min(ACCUMULATORS, count);
  const length = width * VECTOR;
  const end = rows * length;
  const isBlocked = combine === 'sum' && count > BLOCK;
  const scratch = emitter.scratch(end + length);
  const op = combiningOp(combine, dtype);
  /** Where the first row lies, and the one to add to, minus what the index of vectors begins with. */
  const [first, row] = code.locals(2);
  const [turns, at, into] = code.locals(3);
  const result = code.local('v128');
  const clear = (bytes: number): void => {
    code.count(at, 0, bytes, VECTOR, () => {
      code.globalGet(scratch).get(at).op('i32Add');
      pushNeutral(code, combine, dtype);
      code.memory('v128Store');
    });
  };
  /** Pushes the accumulators at `at` from one on, combined by halving. */
  const combined = (from: number, step: number): Code => {
    if (step >= ACCUMULATORS) return code.get(at).memory('v128Load', from * length);
    combined(from, 2 * step);
    return from + step < rows ? combined(from + step, 2 * step).op(op) : code;
  };
  const endBlock = (): void => {
    code.count(into, 0, length, VECTOR, () => {
      code.globalGet(scratch).get(into).op('i32Add').tee(at).get(at).memory('v128Load', end);
      combined(0, 1).op(op).memory('v128Store', end);
    });
    clear(end);
  };
  const place = (index: Local, base: Local): Code => code.get(index).get(base).op('i32Add').tee(at);
  return {
    start(from: Local): void {
      clear(isBlocked ? end + length : end);
      code
        .globalGet(scratch)
        .plus(from, -VECTOR / lanes)
        .tee(first)
        .set(row)
        .i32(0)
        .set(turns);
    },
    add(index: Local, value: Local): void {
      place(index, row).get(at).memory('v128Load').get(value).op(op).memory('v128Store');
    },
    /** Goes on to the next row, or the first one. */
    next(): void {
      code.get(row).i32(length).op('i32Add').tee(row).get(first).i32(end).op('i32Add').op('i32Eq');
      code.if(() => {
        code.get(first).set(row);
        if (!isBlocked) return;
        code.every(BLOCK / ACCUMULATORS, turns, endBlock);
      });
    },
    finish(): void {
      if (isBlocked) endBlock();
    },
    result(index: Local): Local {
      place(index, first);
      if (isBlocked) code.memory('v128Load', end).set(result);
      else {
        code.op('drop');
        combined(0, 1).set(result);
      }
      return result;
    },
  };
}
