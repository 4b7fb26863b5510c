import { rampColor, sparkline } from '@throughline/plot';
import type { Labels } from './labels.ts';
import type { Reading } from './search.ts';

/** A part of a text with what some lines did under it. */
export interface Excerpt {
  readonly rows: readonly ExcerptRow[];
  /** What is drawn under the text, from top to bottom. */
  readonly names: readonly string[];
}

/** One line of the text; of every drawn line a value from 0 to 1 for each character. */
export interface ExcerptRow {
  readonly text: string;
  readonly under: readonly (readonly number[])[];
}

/** A line to draw. */
export interface Drawn {
  readonly name: string;
  readonly values: ArrayLike<number>;
  /** Values drawn as nothing and as full; from the least to the largest of the reading otherwise. */
  readonly domain?: readonly [number, number];
}

const widest = 92;

/** About `count` characters from where a comment begins that is not the first, a little before it. */
export function excerpt(
  { characters, labels }: Pick<Reading, 'characters' | 'labels'>,
  drawn: readonly Drawn[],
  count = 520,
): Excerpt {
  const start = beginning(characters, labels, count);
  const scales = drawn.map(({ values, domain }) => domain ?? extremes(values));
  const rows: ExcerptRow[] = [];
  for (let from = start; from < Math.min(start + count, characters.length); ) {
    const feed = characters.indexOf('\n', from);
    const to = Math.min(feed < 0 ? characters.length : feed + 1, from + widest);
    const under = drawn.map(({ values }, k) => {
      const [low, high] = scales[k] as readonly [number, number]; // one of each
      return Array.from({ length: to - from }, (_, i) =>
        high > low ? ((values[from + i] as number) - low) / (high - low) : 0,
      ); // within the text
    });
    rows.push({ text: characters.slice(from, to).join('').replace('\n', '⏎').replaceAll('\t', ' '), under });
    from = to;
  }
  return { rows, names: drawn.map(({ name }) => name) };
}

function beginning(characters: readonly string[], { comment }: Labels, count: number): number {
  const latest = characters.length - count;
  const middle = latest >> 1;
  for (let i = Math.max(1, middle); i < latest; i++) {
    // A comment of a hundred characters or more, with program before it.
    if (comment[i] === 1 && comment[i - 1] === 0 && comment.subarray(i, i + 100).every((one) => one === 1))
      return Math.max(characters.lastIndexOf('\n', i - 40) + 1, 0);
  }
  return Math.max(0, middle);
}

function extremes(values: ArrayLike<number>): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i] as number); // i < length, here and below
    high = Math.max(high, values[i] as number);
  }
  return [low, high];
}

/** For terminals: under each line of text one of blocks for each drawn line. */
export function excerptText({ rows, names }: Excerpt): string[] {
  const width = Math.max(...names.map((name) => name.length));
  const axis = { label: '', domain: [0, 1] } as const;
  return rows.flatMap(({ text, under }) => [
    `${' '.repeat(width)}  ${text}`,
    ...under.map((values, k) => `${(names[k] ?? '').padStart(width)}  ${sparkline(values, axis)}`),
  ]);
}

const cell = { width: 8, height: 16, bar: 12 };

/** As a picture: text in one colour, under it a row of cells for each drawn line, dark for nothing and bright for full. */
export function excerptSvg({ rows, names }: Excerpt, title: string): string {
  const margin = 8 + 7 * Math.max(...names.map((name) => name.length));
  const step = cell.height + names.length * cell.bar + 10;
  const width = margin + cell.width * Math.max(...rows.map(({ text }) => [...text].length)) + 16;
  const height = rows.length * step + 20;
  const parts = rows.flatMap(({ text, under }, r) => {
    const top = 10 + r * step;
    const letters = [...text].map((one, i) =>
      one === ' '
        ? ''
        : `<text x="${margin + i * cell.width + cell.width / 2}" y="${top + 12}" text-anchor="middle" class="t">${escaped(one)}</text>`,
    );
    const bars = under.flatMap((values, k) => {
      const y = top + cell.height + k * cell.bar;
      const label = `<text x="${margin - 6}" y="${y + 9}" text-anchor="end" class="n">${escaped(names[k] ?? '')}</text>`;
      return [label, ...stripes(values, margin, y)];
    });
    return [...letters, ...bars];
  });
  const style =
    '.t{font:12px ui-monospace,Menlo,Consolas,monospace;fill:currentColor}.n{font:10px system-ui,sans-serif;fill:#5f6672}';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}"><title>${escaped(title)}</title><style>${style}</style><rect width="100%" height="100%" fill="#ffffff"/>${parts.join('')}</svg>\n`;
}

/** Neighbours of one colour are one rectangle. */
function stripes(values: readonly number[], left: number, y: number): string[] {
  const found: string[] = [];
  for (let from = 0; from < values.length; ) {
    const color = rampColor(values[from] as number); // from < length
    let to = from + 1;
    while (to < values.length && rampColor(values[to] as number) === color) to += 1; // likewise
    found.push(
      `<rect x="${left + from * cell.width}" y="${y}" width="${(to - from) * cell.width}" height="${cell.bar - 2}" fill="${color}"/>`,
    );
    from = to;
  }
  return found;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (one) => entities[one] ?? one).replace(/[^\P{Cc}]/gu, '�');
