// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are programs
import { expect, it } from 'vitest';
import { labelsOf, type Question } from './labels.ts';

/** The labelled characters, with dots for the others. */
const shown = (text: string, question: Question): string => {
  const characters = [...text];
  const labels = labelsOf(characters)[question];
  return characters.map((one, i) => (labels[i] === 1 ? one : '.')).join('');
};

it.each<[Question, string, string]>([
  ['comment', 'a /* b */ c', '..' + '/* b */' + '..'],
  ['comment', 'a // b\nc', '..' + '// b' + '..'],
  ['comment', '/* a\n * b\n */ c', '/* a\n * b\n */' + '..'],
  ['comment', "'/* a */' /* b */", '.'.repeat(10) + '/* b */'],
  ['comment', '/*/ a */b', '/*/ a */.'],
  ['comment', 'x = /[/*]/; // y', '.'.repeat(12) + '// y'],
  ['comment', 'x = a / b; /* c */', '.'.repeat(11) + '/* c */'],
  ['comment', '`${a /* b */}` // c', '.....' + '/* b */' + '...' + '// c'],
  ['comment', '/* never closed', '/* never closed'],
  ['quote', "a 'b' c", "..'b'.."],
  ['quote', String.raw`a "b\"c" d`, String.raw`.."b\"c"..`],
  ['quote', "// don't\n'a'", '.........' + "'a'"],
  ['quote', '`a${b}c` d', '`a' + '${' + '.' + '}c`' + '..'],
  ['quote', "it's open\nb", "..'s open.."],
  ['braces', 'a { b { c } d } e', '..' + '{ b { c } d }' + '..'],
  ['braces', "'{' { a }", '....' + '{ a }'],
  ['braces', '} a', '...'],
])('%s in %j', (question, text, expected) => {
  expect(shown(text, question)).toBe(expected);
});
