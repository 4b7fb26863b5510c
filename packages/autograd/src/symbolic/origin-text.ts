import type { Label, Origin } from '../program.ts';

const kinds = ['cell', 'gate', 'step', 'pullback', 'pushforward'] as const;

/** `model / cell lstm / gate f / step 3 / pullback tanh / at main.ts:12:5`, as it stands behind an equation. */
export function originText({ scope, line }: Origin): string {
  const places = line === undefined ? [] : [`at ${line}`];
  return [...scope.map(labelText), ...places].map((text) => text.replaceAll(/\s+/g, ' ')).join(' / ');
}

/** A label in words: a name, or what it is of which kind. */
export function labelText(label: Label): string {
  if (typeof label === 'string') return label;
  const [kind, name] = Object.entries(label)[0] as [string, string | number]; // a label has one key
  return `${kind} ${name}`;
}

/** What `originText` wrote. */
export function parseOrigin(text: string): Origin {
  const parts = text.split(' / ');
  const last = parts.at(-1) ?? '';
  const line = last.startsWith('at ') ? { line: last.slice(3) } : {};
  return { ...line, scope: parts.slice(0, 'line' in line ? -1 : undefined).map(parseLabel) };
}

function parseLabel(text: string): Label {
  const kind = kinds.find((one) => text.startsWith(`${one} `));
  if (kind === undefined) return text;
  const name = text.slice(kind.length + 1);
  return (kind === 'step' ? { step: Number(name) } : { [kind]: name }) as Label; // one of its kinds
}
