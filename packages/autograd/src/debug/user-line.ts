/** @file The user's line, from a stack: the first frame outside the framework and all that was installed. */

/** `    at f (file:///a/b.ts:1:2)` and `at /a/b.ts:1:2` in V8; `f@http://host/b.js:1:2` in Firefox and Safari. */
const frame = /(?:\(|@|\bat (?:async )?)((?:[a-z][a-z\d+.-]*:\/\/|\/|[A-Za-z]:[\\/]).*?):(\d+):(\d+)\)?$/;

interface Frame {
  readonly url: string;
  readonly line: string;
  readonly column: string;
}

const framesOf = (stack: string): Frame[] =>
  stack.split('\n').flatMap((text) => {
    const [, url, line, column] = frame.exec(text.trimEnd()) ?? [];
    return url === undefined || line === undefined || column === undefined ? [] : [{ url: bare(url), line, column }];
  });

/** Without what a development server appends, and without the scheme of a file. */
const bare = (url: string): string => url.replace(/[?#].*$/, '').replace(/^file:\/\//, '');

/** Remembers a stack; formatting it, which costs most, is left for later. */
export function takeStack(): Error {
  const settings = Error as { stackTraceLimit?: number }; // V8's own; elsewhere stacks are whole
  const limit = settings.stackTraceLimit;
  settings.stackTraceLimit = 100;
  const error = new Error('where');
  if (limit !== undefined) settings.stackTraceLimit = limit;
  return error;
}

/** This file, as stacks name it; found at the first question, since a module must not work when it is loaded. */
let own: string | undefined;

function ownFile(): string {
  own ??= framesOf(new Error('here').stack ?? '')[0]?.url ?? '';
  return own;
}

/** `file:line:column` of the user's first frame, if there is one. */
export function userLine(stack: string, self = ownFile()): string | undefined {
  const isForeign = notTheUsers(self);
  const user = framesOf(stack).find(({ url }) => !isForeign(url));
  return user && `${user.url}:${user.line}:${user.column}`;
}

/**
 * Which files are not the user's: what is installed, as a command's parser of arguments that called us, and the framework.
 * Its packages lie side by side, in a repository or in node_modules; in a bundle they are one file, this one. Tests and what
 * lies in a folder testing/ count as the user's.
 */
function notTheUsers(self: string): (url: string) => boolean {
  const [, root] = /^(.*\/)[^/]+\/(?:src|dist)\/debug\/user-line\.[jt]s$/.exec(self) ?? [];
  return (url) => {
    if (url === self || url.startsWith('node:') || /[/\\]node_modules[/\\]/.test(url)) return true;
    if (root === undefined || !url.startsWith(root)) return false;
    return /^[^/]+\/(src|dist)\//.test(url.slice(root.length)) && !/\/testing\/|\.test\.[jt]s$/.test(url);
  };
}
