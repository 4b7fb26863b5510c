import { join } from 'node:path';
import ts from 'typescript';
import { root } from '../files.ts';
import { fences } from './blocks.ts';
import { withoutImports } from './instrument.ts';
import { Lines } from './lines.ts';

/** The type errors in the ```ts fences of these pages, by the strict options of the repository, as `page:line: text`. */
export function typeErrors(pages: ReadonlyMap<string, string>): string[] {
  const virtual = new Map([...pages].map(([page, markdown]) => [join(root, `${page}.ts`), typedPage(markdown)]));
  const parsed = ts.getParsedCommandLineOfConfigFile(
    join(root, 'tsconfig.test.json'),
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: () => {},
    },
  );
  const { tsBuildInfoFile: _, ...options } = { ...parsed?.options, incremental: false }; // goes only with incremental
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => virtual.has(path) || fileExists(path);
  host.readFile = (path) => virtual.get(path) ?? readFile(path);
  host.getSourceFile = (path, version, ...rest) => {
    const text = virtual.get(path);
    return text === undefined ? getSourceFile(path, version, ...rest) : ts.createSourceFile(path, text, version);
  };
  const program = ts.createProgram({ rootNames: [...virtual.keys()], options, host });
  return [...pages.keys()].flatMap((page) => {
    const file = program.getSourceFile(join(root, `${page}.ts`));
    if (file === undefined) return [`${page}: not checked`];
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    return found.map(({ start, messageText }) => {
      const line = file.getLineAndCharacterOfPosition(start ?? 0).line + 1;
      return `${page}:${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
  });
}

/** As a page runs: its imports once at the top, then each block nested in the one before. */
function typedPage(markdown: string): string {
  const lines = Lines.of(markdown);
  const imports = new Set(['export {};']);
  const blocks = fences(markdown, 'ts').filter(({ words }) => !words.includes('no-run'));
  for (const block of blocks) {
    const { code, imports: own } = withoutImports(block);
    for (const declaration of own) for (const text of singly(declaration)) imports.add(text);
    lines.add(block.line - 1, '{');
    lines.put(block.line, code);
  }
  lines.add(lines.count, `${'}'.repeat(blocks.length)}}`);
  const body = lines.text;
  return `${[...imports].join(' ')} async function page() {${body}`;
}

/** One declaration per name, so that blocks may import the same name again. */
function singly(declaration: ts.ImportDeclaration): string[] {
  const from = declaration.moduleSpecifier.getText();
  const clause = declaration.importClause;
  if (clause === undefined) return [`import ${from};`];
  const type = clause.phaseModifier === ts.SyntaxKind.TypeKeyword ? 'type ' : '';
  const names = clause.name === undefined ? [] : [`import ${type}${clause.name.text} from ${from};`];
  const bindings = clause.namedBindings;
  if (bindings === undefined) return names;
  if (ts.isNamespaceImport(bindings)) return [...names, `import ${type}* as ${bindings.name.text} from ${from};`];
  return [...names, ...bindings.elements.map((element) => `import ${type}{ ${element.getText()} } from ${from};`)];
}
