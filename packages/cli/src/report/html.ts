/** Text that is already HTML. Everything else that enters a template is escaped. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Fragment = Html | string | number | null | false | readonly Fragment[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text made safe inside elements and quoted attributes; control characters and half surrogates become �. */
export const escapeHtml = (text: string): string =>
  text.replace(/[^\P{Cc}\t\n\r]|\p{Cs}/gu, '�').replace(/[&<>"']/g, (character) => entities[character] ?? character);

/** A template of HTML: interpolated strings are escaped, fragments of HTML and lists of them are not. */
export const html = (parts: TemplateStringsArray, ...values: readonly Fragment[]): Html =>
  new Html(parts.map((part, i) => part + flatten(values[i] ?? null)).join(''));

function flatten(value: Fragment): string {
  if (value === null || value === false) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escapeHtml(value);
  return value.map(flatten).join('');
}
