import { test } from 'vitest';

const timeout = 120_000;

/** How a value is written behind `// →`: as String() writes it, but arrays and records with their structure. */
export function show(value: unknown, depth = 0): string {
  if (typeof value === 'string') return depth === 0 ? value : `'${value}'`;
  if (Object.is(value, -0)) return '-0';
  if (Array.isArray(value)) return `[${value.map((item) => show(item, depth + 1)).join(', ')}]`;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return show([...(value as unknown as number[])], depth); // typed arrays iterate
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    const entries = Object.entries(value).map(([key, item]) => `${key}: ${show(item, depth + 1)}`);
    return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
  }
  return String(value);
}

/** Equal texts; `…` in the expected one stands for anything, including nothing. */
export function matches(actual: string, expected: string): boolean {
  if (actual === expected) return true;
  if (!expected.includes('…')) return false;
  const pattern = expected.split('…').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${pattern.join('[^]*')}$`).test(actual);
}

/** What the generated code of one page or source file calls. */
export function document(file: string) {
  let heard: string[] = [];
  const compare = (actual: string, line: number, expected: string, what: string) => {
    if (matches(actual, expected)) return;
    throw new Error(`${file}:${line}: ${what}\n  ${actual}\nbut the text says\n  ${expected}`);
  };
  return {
    /** Shadows the global one: pages print for their readers, not for the test log. */
    console: { ...console, log: (...values: unknown[]) => heard.push(values.map((value) => show(value)).join(' ')) },
    listen() {
      heard = [];
    },
    printed: (line: number, expected: string) => compare(heard.join('\n'), line, expected, 'prints'),
    value: (value: unknown, line: number, expected: string) => compare(show(value), line, expected, 'is'),
    async throws(body: () => Promise<unknown>, line: number, expected: string) {
      const error = await body().then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (error === undefined) throw new Error(`${file}:${line}: nothing was thrown, but the text says\n  ${expected}`);
      compare(error instanceof Error ? error.message : String(error), line, expected, 'throws');
    },
    /** Registers one test per block of a page; the blocks share one scope and run in order. */
    page(blocks: readonly (readonly [line: number, title: string])[], run: () => AsyncGenerator<void>) {
      const steps = run();
      let done = 0;
      let failed: number | undefined;
      blocks.forEach(([line, title], index) => {
        test(`${file}:${line} ${title}`, { timeout }, async ({ skip }) => {
          while (done <= index) {
            if (failed !== undefined) skip(`the block at ${file}:${failed} failed`);
            failed = blocks[done]?.[0];
            await steps.next();
            failed = undefined;
            done++;
          }
        });
      });
    },
    /** Registers one test for an `@example`. */
    example(line: number, title: string, run: () => Promise<void>) {
      test(`${file}:${line} ${title}`, { timeout }, run);
    },
    /** Looks names up in modules, then among the globals. */
    names(names: readonly string[], modules: readonly Record<string, unknown>[], line: number) {
      const scope: Record<string, unknown> = {};
      for (const name of names) {
        const home = [...modules, globalThis as Record<string, unknown>].find((module) => name in module); // globals by name
        if (home === undefined) throw new ReferenceError(`${file}:${line}: no public name ${name}`);
        scope[name] = home[name];
      }
      return scope;
    },
  };
}
