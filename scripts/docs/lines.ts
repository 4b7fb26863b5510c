import ts from 'typescript';

/** Code laid out so that each piece stands on the line it has in the original. */
export class Lines {
  readonly #lines: string[];

  private constructor(count: number) {
    this.#lines = new Array<string>(count).fill('');
  }

  static of(text: string): Lines {
    return new Lines(text.split('\n').length);
  }

  get count(): number {
    return this.#lines.length;
  }

  add(line: number, code: string): void {
    this.#lines[line - 1] = `${this.#lines[line - 1] ?? ''} ${code}`.trimStart();
  }

  put(line: number, code: string): void {
    code.split('\n').forEach((text, index) => {
      this.add(line + index, text);
    });
  }

  get text(): string {
    return this.#lines.join('\n');
  }

  /** JavaScript, with a source map to the original. */
  compile(path: string, original: string): { code: string; map: string } {
    const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, sourceMap: true };
    const { outputText, sourceMapText = '{}' } = ts.transpileModule(this.text, {
      fileName: path.replace(/\.md$/, '.ts'),
      compilerOptions: { ...options, verbatimModuleSyntax: true },
    });
    const code = outputText.replace(/\n\/\/# sourceMappingURL=.*$/, '');
    return { code, map: JSON.stringify({ ...JSON.parse(sourceMapText), sources: [path], sourcesContent: [original] }) };
  }
}
