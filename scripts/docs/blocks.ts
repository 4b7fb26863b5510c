import ts from 'typescript';

/** A run of code inside a page or a comment. `line` is where `code` starts, counted from 1. */
export interface Block {
  readonly line: number;
  readonly code: string;
  /** The words after the language on a fence: `sh no-run` has `['no-run']`. */
  readonly words: readonly string[];
}

/** The fenced blocks of one language in a Markdown page. Fences may be indented by up to three spaces. */
export function fences(markdown: string, language: string): Block[] {
  const blocks: Block[] = [];
  let open: { ticks: string; line: number; language: string; words: string[]; code: string[] } | undefined;
  markdown.split('\n').forEach((text, index) => {
    const [, ticks, info = ''] = /^ {0,3}(`{3,})(.*)$/.exec(text) ?? [];
    if (open === undefined) {
      if (ticks === undefined) return;
      const [name = '', ...words] = info.trim().split(/\s+/);
      open = { ticks, line: index + 2, language: name, words, code: [] };
    } else if (ticks !== undefined && ticks.length >= open.ticks.length && info.trim() === '') {
      if (open.language === language) blocks.push({ line: open.line, code: open.code.join('\n'), words: open.words });
      open = undefined;
    } else open.code.push(text);
  });
  if (open !== undefined) throw new Error(`the fence opened on line ${open.line - 1} is never closed`);
  return blocks;
}

/** The `@example` blocks of the doc comments in a TypeScript source, with ` * ` blanked so that columns stay. */
export function examples(source: string): Block[] {
  const blocks: Block[] = [];
  for (const { pos, end } of docComments(source)) {
    const first = source.slice(0, pos).split('\n').length;
    const lines = source.slice(pos, end).replace(/\*\/$/, '').split('\n');
    let open: { line: number; code: string[] } | undefined;
    const close = () => {
      if (open?.code.some((text) => text.trim() !== '')) {
        blocks.push({ line: open.line, code: open.code.join('\n').trimEnd(), words: [] });
      }
      open = undefined;
    };
    lines.forEach((text, index) => {
      const bare = text.replace(/^\s*\/?\*+/, (stars) => ' '.repeat(stars.length));
      const tag = /^\s*@(\w+)/.exec(bare);
      if (tag) close();
      if (tag?.[1] === 'example') {
        open = { line: first + index, code: [bare.replace('@example', ' '.repeat('@example'.length))] };
      } else open?.code.push(bare);
    });
    close();
  }
  return blocks;
}

function docComments(source: string): ts.TextRange[] {
  const found: ts.TextRange[] = [];
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.ES2022, true);
  const seen = new Set<number>();
  const visit = (node: ts.Node): void => {
    for (const range of ts.getLeadingCommentRanges(source, node.pos) ?? []) {
      if (!seen.has(range.pos) && source.startsWith('/**', range.pos)) found.push(range);
      seen.add(range.pos);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found.sort((a, b) => a.pos - b.pos);
}
