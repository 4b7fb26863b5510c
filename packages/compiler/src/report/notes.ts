import type { Note, PassName } from '../passes/index.ts';

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** What a pass has done, in words: of the counts that it gives. */
const sentences: Readonly<Record<PassName, (...counts: number[]) => string>> = {
  'inline-calls': (n) => plural(n, 'function stands where it is called', 'functions stand where they are called'),
  'repeated-constants': (n) => `${plural(n, 'constant repeats', 'constants repeat')} a number, or a part`,
  'fold-constants': (folded, dropped) =>
    given(
      [folded, plural(folded, 'value depends on constants alone', 'values depend on constants alone')],
      [dropped, plural(dropped, 'map changes nothing', 'maps change nothing')],
    ),
  views: (n) => `${plural(n, 'view', 'views')} folded`,
  'common-subexpressions': (n) => `${plural(n, 'value was', 'values were')} computed twice`,
  'merge-scans': (length) => `two loops of ${length} steps are one`,
  'tidy-loops': (constants, carries, sequences, ys) =>
    `a loop: ${constants} constants, ${carries} carries, ${sequences} sequences, ${ys} ys fewer`,
  'hoist-invariants': (n) => `${n} equations that are the same at every step run once`,
  'hoist-rows': (n, length, bytes) =>
    `${n} equations run for all ${length} steps at once; ${bytes} bytes for their results`,
  'sums-leave-loops': (n) => `${n} running sums are taken after the loop`,
  'merge-sums': (n) => `${n} sums of sums are one`,
  'add-zero': (n) => `${plural(n, 'sum', 'sums')} with 0`,
  'join-pads': (n) => `${n} parts that were added up among zeros are joined`,
  'join-contracted': (n) => `${n} products that are added became fewer`,
  'join-products': (n) => `${n} products of one operand became one`,
  'concat-through-loops': (ys, xs) =>
    given(
      [ys, `${ys} results of a loop are parts of one that it writes`],
      [xs, `${xs} sequences of a loop are parts of one that it reads`],
    ),
  sink: (n, length, bytes) =>
    `${n} equations run for all ${length} steps at once after the loop; they read ${bytes} bytes`,
  recompute: (bytes) => `${bytes} bytes are computed again from others and not stacked`,
};

/** The sentences of which the count is not 0. */
const given = (...parts: readonly (readonly [count: number, text: string])[]): string =>
  parts.flatMap(([count, text]) => (count > 0 ? [text] : [])).join('; ');

export const wordsOf = ({ pass, counts }: Note): string => sentences[pass](...counts);
