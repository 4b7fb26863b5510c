import { expect, test } from 'vitest';
import { examples, fences } from './blocks.ts';
import { freeNames, instrument, type Style } from './instrument.ts';
import { document, matches, show } from './runtime.ts';

const refuse = (line: number, why: string) => {
  throw new Error(`${line}: ${why}`);
};

/** Runs a block that starts on line 10 of page.md. */
async function run(code: string, style: Style = 'page'): Promise<void> {
  const js = instrument({ line: 10, code, words: [] }, style, refuse);
  const body = `return (async () => { const console = __doc.console; ${js}\n })()`;
  await new Function('__doc', body)(document('page.md'));
}

test('a block passes when every comment says what its statement gives', async () => {
  await run('1 + 1; // → 2');
  await run('const x = [1, -0, "a"]; // → [1, -0, \'a\']');
  await run("console.log('a', { b: 1 }); // → a { b: 1 }");
  await run('for (const i of [1, 2]) console.log(i);\n// →\n// 1\n// 2');
  await run('1 / 3;\n// → 0.333…');
  await run("JSON.parse('{'); // throws Expected property name or '}' in JSON at position 1…");
  await run('export const a = 2;\nexport default a;\na; // → 2');
});

test.each([
  ['1 + 1; // → 3', 'page.md:10: is\n  2\nbut the text says\n  3'],
  ['\n\nconst y = 4; // → 5', 'page.md:12: is\n  4\nbut the text says\n  5'],
  ["console.log('a'); // → b", 'page.md:10: prints\n  a\nbut the text says\n  b'],
  ['1; // throws no', 'page.md:10: nothing was thrown, but the text says\n  no'],
  [
    '\nnull.x; // throws no',
    "page.md:11: throws\n  Cannot read properties of null (reading 'x')\nbut the text says\n  no",
  ],
  ['if (true) {\n  1; // → 2\n}', '10: 1 lines claim a result, 0 are attached to a statement at the top level'],
])('a block that is wrong fails on its line: %j', async (code, message) => {
  await expect(run(code)).rejects.toMatchObject({ message });
});

test('an example expects what any trailing comment says; a page does not', async () => {
  await run('1 + 1   // 2', 'example');
  await expect(run('1 + 1   // 3', 'example')).rejects.toThrow('page.md:10: is\n  2');
  await run('1 + 1   // 3', 'page');
});

test('instrumenting keeps the lines', () => {
  const code = "import {\n  a,\n  type B,\n} from 'x';\nimport type { C } from 'y';\n\na; // → 1\n";
  const js = instrument({ line: 1, code, words: [] }, 'page', refuse);
  expect(js.split('\n')).toHaveLength(code.split('\n').length);
  expect(js.split('\n')[6]).toBe('__doc.value(a, 7, "1"); // → 1');
  expect(js).toContain("const { a } = await import('x');");
  expect(js).not.toContain("'y'");
});

test('free names are those used but not declared', () => {
  expect(freeNames('const x = f(y.z, { k: v, w }); ((p) => p + x)(1);')).toEqual(['f', 'v', 'w', 'y']);
});

test('fences are found with their lines, words and languages', () => {
  const page = 'a\n```ts one two\nx\ny\n```\n````md\n```ts\nno\n```\n````\n```sh\nz\n```\n';
  expect(fences(page, 'ts')).toEqual([{ line: 3, code: 'x\ny', words: ['one', 'two'] }]);
  expect(fences(page, 'sh')).toEqual([{ line: 12, code: 'z', words: [] }]);
  expect(() => fences('```ts\nx', 'ts')).toThrow('the fence opened on line 1 is never closed');
});

test('@example blocks are found with their lines', () => {
  const source =
    '/** One. @see x */\nconst a = 1;\n/**\n * Two.\n * @example f(1)   // 2\n * f(2)\n * @throws E\n */\nconst b = 2;\n';
  const [block, ...others] = examples(source);
  expect(others).toEqual([]);
  expect(block?.line).toBe(5);
  expect(block?.code.split('\n').map((text) => text.trim())).toEqual(['f(1)   // 2', 'f(2)']);
});

test('values are shown with their structure, and … stands for anything', () => {
  expect(show([1, [-0, null], new Float64Array([1.5])])).toBe('[1, [-0, null], [1.5]]');
  expect(show({ a: undefined, b: {} })).toBe('{ a: undefined, b: {} }');
  expect(matches('loss 0.123 at 5', 'loss 0.1… at 5')).toBe(true);
  expect(matches('loss (0.2)', 'loss (0.1…)')).toBe(false);
  expect(matches('a…b', 'a…b')).toBe(true);
});
