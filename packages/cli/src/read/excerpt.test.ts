import { expect, it } from 'vitest';
import { excerpt, excerptSvg, excerptText } from './excerpt.ts';
import { labelsOf } from './labels.ts';

const characters = [...`${'a < b;\n'.repeat(120)}  x;\n/** ${'words & '.repeat(30)}*/\n${'c;\n'.repeat(200)}`];
const labels = labelsOf(characters);
const values = Float64Array.from(labels.comment);
const found = excerpt(
  { characters, labels },
  [
    { name: 'f of 3', values, domain: [0, 1] },
    { name: 'c', values: values.map((x) => 5 - x) },
  ],
  300,
);

it('shows a text with blocks under each character, from where a comment begins', () => {
  const lines = excerptText(found);
  const at = lines.findIndex((line) => line.includes('/** words'));
  expect(at).toBeGreaterThan(-1);
  expect(lines[at + 1]?.slice(0, 8)).toBe('f of 3  ');
  expect(lines[at + 1]?.slice(8)).toBe('█'.repeat([...(lines[at] ?? '')].length - 8));
  expect(lines[at + 2]?.trim()).toMatch(/^c {2}▁+$/);
  expect(lines.every((line) => !line.includes('\n'))).toBe(true);
  expect(lines.some((line) => line.endsWith('⏎'))).toBe(true);
});

it('and the same as a picture, as well-formed as its text allows', () => {
  const svg = excerptSvg(found, 'a "title" & more');
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 \d+ \d+"/);
  expect(svg).toContain('aria-label="a &quot;title&quot; &amp; more"');
  expect(svg).not.toMatch(/&(?!amp;|lt;|gt;|quot;)/);
  expect(svg.match(/<text/g)?.length).toBe(svg.match(/<\/text>/g)?.length);
  expect(svg).not.toContain('NaN');
});

it('of a text without a comment it shows the middle', () => {
  const bare = [...'abc\n'.repeat(100)];
  const { rows } = excerpt(
    { characters: bare, labels: labelsOf(bare) },
    [{ name: 'f', values: new Float64Array(400) }],
    40,
  );
  expect(rows.length).toBeGreaterThan(5);
  expect(rows.flatMap(({ under }) => under.flat()).every((x) => x === 0)).toBe(true);
});
