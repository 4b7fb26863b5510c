import { describe, expect, test } from 'vitest';
import { takeStack, userLine } from './user-line.ts';

const at = (...frames: string[]): string => ['Error: where', ...frames.map((frame) => `    at ${frame}`)].join('\n');

describe('userLine', () => {
  test('V8, sources in a repository: packages beside ours are the framework, what lies outside is the user', () => {
    const self = '/repo/packages/autograd/src/debug/user-line.ts';
    const stack = at(
      'takeStack (file:///repo/packages/autograd/src/debug/user-line.ts:30:17)',
      'Object.step (file:///repo/packages/rnn/src/cells/lstm.ts:20:5)',
      'file:///repo/packages/autograd/src/scope.ts:9:1',
      'Object.step (file:///repo/examples/my%20cell.ts:7:21)',
      'main (file:///repo/examples/main.ts:1:1)',
    );
    expect(userLine(stack, self)).toBe('/repo/examples/my%20cell.ts:7:21');
  });

  test('tests and testing/ inside the packages count as the user', () => {
    const self = '/repo/packages/autograd/dist/debug/user-line.js';
    expect(userLine(at('f (/repo/packages/rnn/src/testing/zoo/natural.ts:4:2)'), self)).toMatch(/natural\.ts:4:2$/);
    expect(userLine(at('f (/repo/packages/rnn/src/cell.test.ts:5:1)'), self)).toMatch(/cell\.test\.ts:5:1$/);
    expect(userLine(at('f (/repo/packages/rnn/dist/cell.js:5:1)'), self)).toBeUndefined();
  });

  test('an installed framework, also where pnpm keeps each package in a folder of its own', () => {
    const self =
      '/app/node_modules/.pnpm/@throughline+autograd@1/node_modules/@throughline/autograd/dist/debug/user-line.js';
    const stack = at(
      'bind (file:///app/node_modules/.pnpm/@throughline+rnn@1/node_modules/@throughline/rnn/dist/cell.js:3:3)',
      'main (file:///app/node_modules/throughline/dist/index.js:3:3)',
      'node:internal/modules/run_main:1:1',
      'async run (file:///app/main.js:12:9)',
    );
    expect(userLine(stack, self)).toBe('/app/main.js:12:9');
  });

  test('what is installed is not the user either: a command that is run on a cell has no line of its own', () => {
    const self = '/repo/packages/autograd/dist/debug/user-line.js';
    const command = 'runCommand (/repo/node_modules/.pnpm/citty@0.2.2/node_modules/citty/dist/index.mjs:228:47)';
    expect(userLine(at('loss (/repo/packages/cli/dist/explain.js:5:1)', command), self)).toBeUndefined();
    expect(userLine(at(command, 'main (/app/main.ts:5:1)'), self)).toBe('/app/main.ts:5:1');
  });

  test('Firefox and Safari, from a development server', () => {
    const self = 'http://localhost:5173/@fs/repo/packages/autograd/src/debug/user-line.ts';
    const stack = [
      'takeStack@http://localhost:5173/@fs/repo/packages/autograd/src/debug/user-line.ts?v=1:30:17',
      'affine/<@http://localhost:5173/@fs/repo/packages/rnn/src/affine.ts:30:17',
      'step@http://localhost:5173/cells/mine.ts?t=99:8:4',
      '@http://localhost:5173/main.ts:1:1',
    ].join('\n');
    expect(userLine(stack, self)).toBe('http://localhost:5173/cells/mine.ts:8:4');
  });

  test('Chromium, the framework bundled into one file', () => {
    const self = 'http://localhost/deps/throughline.js';
    const stack = at('a (http://localhost/deps/throughline.js?v=2:1:999)', 'http://localhost/main.js:2:3');
    expect(userLine(stack, self)).toBe('http://localhost/main.js:2:3');
  });

  test('Windows, eval and native frames, and nothing at all', () => {
    expect(userLine(at('f (C:\\app\\main.js:2:3)'), '/x.js')).toBe('C:\\app\\main.js:2:3');
    expect(userLine(at('Array.map (<anonymous>)', 'new Promise (<anonymous>)'), '/x.js')).toBeUndefined();
    expect(userLine('', '/x.js')).toBeUndefined();
    expect(userLine(at('all (/x.js:1:1)'), '/x.js')).toBeUndefined();
  });

  test('a real stack of this engine leads to this file', () => {
    const { stack = '' } = takeStack();
    expect(userLine(stack)).toMatch(/user-line\.test\.ts:\d+:\d+$/);
  });

  test('however deep the stack is, and without changing how deep others are', () => {
    const before = Error.stackTraceLimit;
    const deep = (n: number): string => (n === 0 ? (takeStack().stack ?? '') : deep(n - 1));
    expect(deep(60).split('\n').length).toBeGreaterThan(60);
    expect(Error.stackTraceLimit).toBe(before);
  });
});
