import ts from 'typescript';
import type { Block } from './blocks.ts';

/** How a block states what it expects: pages write `// → text`, doc comments any trailing `// text`. */
export type Style = 'page' | 'example';

interface Expectation {
  readonly text: string;
  readonly throws: boolean;
  readonly line: number;
}

/**
 * Rewrites a block so that it checks what its comments say, through a variable `__doc`. No line is added or removed:
 * what fails in the result fails on the same line of the page.
 */
export function instrument(block: Block, style: Style, fail: (line: number, why: string) => never): string {
  const { code } = block;
  const file = ts.createSourceFile('block.ts', code, ts.ScriptTarget.ES2022, true);
  const edits: { at: number; remove: number; insert: string }[] = [];
  const edit = (at: number, remove: number, insert: string) => edits.push({ at, remove, insert });
  const lineOf = (position: number) => block.line + file.getLineAndCharacterOfPosition(position).line;
  let met = 0;
  for (const statement of file.statements) {
    const start = statement.getStart(file);
    if (ts.isImportDeclaration(statement)) {
      const text = statement.getText(file);
      edit(start, text.length, dynamicImport(statement) + '\n'.repeat(text.split('\n').length - 1));
      continue;
    }
    stripExport(statement, edit);
    const expected = expectationAfter(statement);
    if (expected === undefined) continue;
    met++;
    const args = `${expected.line}, ${JSON.stringify(expected.text)}`;
    const isLog = ts.isExpressionStatement(statement) && /^console\.log\(/.test(statement.expression.getText(file));
    const name = ts.isVariableStatement(statement) ? soleName(statement) : undefined;
    if (expected.throws) {
      edit(start, 0, 'await __doc.throws(async () => { ');
      edit(statement.end, 0, ` }, ${args});`);
    } else if (ts.isExpressionStatement(statement) && !isLog) {
      edit(start, 0, '__doc.value(');
      edit(statement.expression.end, 0, `, ${args})`);
    } else if (name !== undefined) edit(statement.end, 0, `; __doc.value(${name}, ${args});`);
    else {
      edit(start, 0, '__doc.listen(); ');
      edit(statement.end, 0, `; __doc.printed(${args});`);
    }
  }
  const claims = style === 'page' ? (code.match(/\/\/ (→|throws )/g)?.length ?? 0) : met;
  if (claims !== met)
    fail(block.line, `${claims} lines claim a result, ${met} are attached to a statement at the top level`);
  return apply(code, edits);

  function expectationAfter(statement: ts.Statement): Expectation | undefined {
    const trailing = ts.getTrailingCommentRanges(code, statement.end) ?? [];
    // An example's comment on a line of its own is prose; a page's may be what the statement above it gives.
    const below =
      style === 'page' || trailing.length > 0 ? (ts.getLeadingCommentRanges(code, statement.end) ?? []) : [];
    const comments = [...trailing, ...below];
    const texts = comments.map((comment) => code.slice(comment.pos, comment.end));
    const [first] = texts;
    if (first === undefined || comments[0] === undefined) return undefined;
    const line = lineOf(comments[0].pos);
    const throws = /^\/\/ throws (.*)$/.exec(first);
    if (throws?.[1] !== undefined) return { text: throws[1].trim(), throws: true, line };
    const value = (style === 'page' ? /^\/\/ →(.*)$/ : /^\/\/ ?(?:→)?(.*)$/).exec(first);
    if (value?.[1] === undefined) return undefined;
    if (value[1].trim() !== '') return { text: value[1].trim(), throws: false, line };
    return {
      text: texts
        .slice(1)
        .map((text) => text.replace(/^\/\/ ?/, '').trimEnd())
        .join('\n'),
      throws: false,
      line,
    };
  }
}

/** A block as it is, with its imports taken out and `export` dropped: for type checking. Lines stay. */
export function withoutImports(block: Block): { code: string; imports: ts.ImportDeclaration[] } {
  const file = ts.createSourceFile('block.ts', block.code, ts.ScriptTarget.ES2022, true);
  const edits: { at: number; remove: number; insert: string }[] = [];
  const edit = (at: number, remove: number, insert: string) => edits.push({ at, remove, insert });
  const imports = file.statements.filter(ts.isImportDeclaration);
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement)) stripExport(statement, edit);
    else edit(statement.getStart(), statement.getWidth(), statement.getText().replace(/[^\n]/g, ''));
  }
  return { code: apply(block.code, edits), imports };
}

/** Names a block uses but does not declare. */
export function freeNames(code: string): string[] {
  const used = new Set<string>();
  const declared = new Set<string>(['undefined', 'NaN', 'Infinity', 'console']);
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node)) return;
    const { parent } = node;
    if (ts.isIdentifier(node)) {
      const isKey =
        (ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent) || ts.isMethodDeclaration(parent)) &&
        parent.name === node;
      const isBinding =
        (ts.isVariableDeclaration(parent) ||
          ts.isParameter(parent) ||
          ts.isBindingElement(parent) ||
          ts.isFunctionDeclaration(parent)) &&
        parent.name === node;
      if (isBinding) declared.add(node.text);
      else if (!isKey && node.text !== '') used.add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('block.ts', code, ts.ScriptTarget.ES2022, true));
  return [...used].filter((name) => !declared.has(name)).sort();
}

/** Imports become declarations, so that each block has its own and they may repeat. */
function dynamicImport(statement: ts.ImportDeclaration): string {
  const from = `await import(${statement.moduleSpecifier.getText()});`;
  const clause = statement.importClause;
  if (clause === undefined) return from;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return '';
  const bindings = clause.namedBindings;
  if (bindings !== undefined && ts.isNamespaceImport(bindings)) return `const ${bindings.name.text} = ${from}`;
  const names = (bindings?.elements ?? [])
    .filter((element) => !element.isTypeOnly)
    .map(({ name, propertyName }) => (propertyName ? `${propertyName.text}: ${name.text}` : name.text));
  if (clause.name !== undefined) names.unshift(`default: ${clause.name.text}`);
  return `const { ${names.join(', ')} } = ${from}`;
}

function stripExport(statement: ts.Statement, edit: (at: number, remove: number, insert: string) => void): void {
  if (ts.isExportAssignment(statement)) {
    const start = statement.getStart();
    edit(start, statement.expression.getStart() - start, 'void (');
    edit(statement.expression.end, 0, ')');
    return;
  }
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  for (const modifier of modifiers) {
    const isExport = modifier.kind === ts.SyntaxKind.ExportKeyword || modifier.kind === ts.SyntaxKind.DefaultKeyword;
    if (isExport) edit(modifier.getStart(), modifier.getWidth(), '');
  }
}

function soleName(statement: ts.VariableStatement): string | undefined {
  const [declaration, ...others] = statement.declarationList.declarations;
  return declaration && others.length === 0 && ts.isIdentifier(declaration.name) ? declaration.name.text : undefined;
}

function apply(code: string, edits: { at: number; remove: number; insert: string }[]): string {
  let result = code;
  // From the back, so that earlier positions stay valid; of two at one place the later made stands behind.
  for (const { at, remove, insert } of edits.map((edit, order) => ({ ...edit, order })).sort(backwards)) {
    result = result.slice(0, at) + insert + result.slice(at + remove);
  }
  return result;
}

const backwards = (a: { at: number; order: number }, b: { at: number; order: number }) =>
  b.at - a.at || b.order - a.order;
