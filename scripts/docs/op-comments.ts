import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { opEntries } from '@throughline/autograd/testing';
import ts from 'typescript';
import { root } from '../files.ts';
import { parse } from '../structure/imports.ts';

/** What the source says about one op. */
export interface OpComment {
  readonly name: string;
  /** The comment over its group in the package's index. */
  readonly group: string;
  /** From the root. */
  readonly path: string;
  /** Names of its parameters, `?` behind optional ones. */
  readonly parameters: string;
  /** The first sentence of the doc comment. */
  readonly summary: string;
  /** The sentence behind `Gradient:`, or ''. */
  readonly gradient: string;
}

const source = 'packages/autograd/src';
const indexes = Object.keys(opEntries).map((entry) => join(source, entry, 'index.ts'));

/** Folders with what is no op; entry points have folders of their own, whose functions all are. */
const others = /^(?:transforms|debug|testing)\//;

/** The functions that autograd's indexes export from folders with ops, in their order. */
export const opComments = (): OpComment[] => indexes.flatMap(commentsOf);

function commentsOf(index: string): OpComment[] {
  const file = parse(index);
  let group = '';
  return file.statements.filter(ts.isExportDeclaration).flatMap((statement) => {
    const comments = ts.getLeadingCommentRanges(file.text, statement.getFullStart()) ?? [];
    const [heading] = comments.map(({ pos, end }) => file.text.slice(pos, end).replace(/^\/\/ /, ''));
    if (heading !== undefined) group = heading;
    const { exportClause, moduleSpecifier } = statement;
    if (moduleSpecifier === undefined || !ts.isStringLiteral(moduleSpecifier)) return [];
    const path = join(dirname(index), moduleSpecifier.text);
    if (!isOpFile(path) || exportClause === undefined) return [];
    if (ts.isNamespaceExport(exportClause)) {
      const prefix = `${exportClause.name.text}.`;
      return functionsOf(path).map((name) => ({ group, ...read(path, name), name: prefix + name }));
    }
    const names = exportClause.elements.filter((element) => !element.isTypeOnly && !statement.isTypeOnly);
    return names.map((element) => ({ group, ...read(path, element.name.text) }));
  });
}

/** What a file exports beside types. */
const functionsOf = (path: string): string[] =>
  parse(path).statements.flatMap((statement) => {
    const isExported = ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some(isExport) === true;
    if (!isExported) return [];
    if (ts.isFunctionDeclaration(statement)) return [statement.name?.text ?? ''];
    return ts.isVariableStatement(statement) ? statement.declarationList.declarations.map((d) => d.name.getText()) : [];
  });

const isExport = ({ kind }: ts.Modifier | ts.Decorator): boolean => kind === ts.SyntaxKind.ExportKeyword;

function isOpFile(path: string): boolean {
  const within = relative(source, path);
  return within.includes('/') && !others.test(within);
}

function read(path: string, name: string): Omit<OpComment, 'group'> {
  if (!existsSync(join(root, path))) throw new Error(`${name} is exported from ${path}, which does not exist`);
  const file = parse(path);
  const { node, inner } = declarationOf(file, name);
  const [doc] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const text = (ts.getTextOfJSDocComment(doc?.comment) ?? '').replaceAll(/\s+/g, ' ').trim();
  if (text === '') throw new Error(`${path}: ${name} has no doc comment`);
  const gradient = /(?:^|\s)Gradient: (.*)$/.exec(text)?.[1] ?? '';
  return { name, path, parameters: parametersOf(inner), summary: sentence(text), gradient: sentence(gradient) };
}

/** The declaration that carries the doc comment, and what tells the parameters: a function, or a table entry's maker. */
function declarationOf(file: ts.SourceFile, name: string): { node: ts.Node; inner: ts.Node } {
  const local = localName(file, name);
  for (const statement of file.statements) {
    if (ts.isFunctionDeclaration(statement) && statement.name?.text === local)
      return { node: statement, inner: statement };
    if (!ts.isVariableStatement(statement)) continue;
    const [declaration] = statement.declarationList.declarations;
    if (declaration?.initializer === undefined || declaration.name.getText(file) !== local) continue;
    return { node: statement, inner: declaration.initializer };
  }
  throw new Error(`${file.fileName}: no declaration of ${name}`);
}

/** `export { negative as neg }` is declared as negative. */
function localName(file: ts.SourceFile, name: string): string {
  const clauses = file.statements.filter(ts.isExportDeclaration).map(({ exportClause }) => exportClause);
  const elements = clauses.flatMap((clause) =>
    clause !== undefined && ts.isNamedExports(clause) ? [...clause.elements] : [],
  );
  return elements.find((element) => element.name.text === name)?.propertyName?.text ?? name;
}

function parametersOf(node: ts.Node): string {
  if (ts.isFunctionLike(node)) {
    return node.parameters
      .map(({ name, questionToken, initializer, dotDotDotToken }) => {
        const text = ts.isIdentifier(name) ? name.text : 'options';
        return `${dotDotDotToken ? '…' : ''}${text}${questionToken || initializer ? '?' : ''}`;
      })
      .join(', ');
  }
  if (!ts.isCallExpression(node)) throw new Error(`no parameters are to be seen in ${node.getText().slice(0, 60)}`);
  const callee = node.expression.getText();
  const inside = node.arguments.find((argument) => ts.isFunctionLike(argument));
  if (inside !== undefined) return parametersOf(inside);
  return callee === 'unary' ? 'x' : 'x, y';
}

/** Up to the first full stop that ends a sentence. */
function sentence(text: string): string {
  const [first = ''] = /^.*?[.](?=\s+[\p{Lu}`]|\s*$)/u.exec(text) ?? [text];
  return first;
}
