import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** Something about a file that the user named is wrong; the message names it, and its line where there is one. */
export class UserFileError extends Error {
  constructor(path: string, message: string, options?: ErrorOptions) {
    super(`${path}: ${message}`, options);
    this.name = 'UserFileError';
  }
}

/** Turns whatever a user's file threw into an error that shows the file's own line. */
export function explainFailure(path: string, shown: string, error: unknown): UserFileError {
  const cause = error instanceof Error ? error : new Error(String(error));
  const line = syntaxLine(cause) ?? stackLine(path, cause);
  const message = cause.message.replace(`Error transforming ${path}: `, '').replace(/ \(\d+:\d+\)$/, '');
  if (line === null) return new UserFileError(shown, message, { cause });
  return new UserFileError(`${shown}:${line}`, `${message}\n${excerpt(path, line)}`, { cause });
}

/** Where the parser stopped. */
function syntaxLine(error: Error): number | null {
  const { loc } = error as { loc?: { line?: number } }; // sucrase adds it
  return typeof loc?.line === 'number' ? loc.line : null;
}

/** The innermost frame of the stack that lies in the file. */
function stackLine(path: string, error: Error): number | null {
  const places = [path, pathToFileURL(path).href];
  for (const frame of (error.stack ?? '').split('\n')) {
    const place = places.find((one) => frame.includes(one));
    const match =
      place === undefined ? null : /^[^:]*:(\d+)/.exec(frame.slice(frame.indexOf(place) + place.length - 1));
    if (match !== null) return Number(match[1]);
  }
  return null;
}

/** The line with its neighbours. */
function excerpt(path: string, line: number): string {
  try {
    const lines = readFileSync(path, 'utf8').split('\n');
    const from = Math.max(0, line - 2);
    return lines
      .slice(from, line + 1)
      .map((text, i) => `${from + i + 1 === line ? '  >' : '   '} ${String(from + i + 1).padStart(4)} │ ${text}`)
      .join('\n');
  } catch {
    return '';
  }
}
