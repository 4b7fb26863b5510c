/** A printed equation. */
interface Line {
  readonly name: string;
  readonly text: string;
}

/** A name as it stands in an equation: letters, marks, dots and an index after `_`. */
export const NAME = /(?!Σ)(?:(?![ᵀ²])[\p{L}\p{M}\p{N}_.'])+/gu;

/** A name with one gate's letter taken out: f, δf, W_f and δa_f are of gate f. */
export function exchange(name: string, gate: string, other: string): string {
  const bare = /^[δΔ]/u.test(name) ? name.slice(1) : name;
  const mark = name.slice(0, name.length - bare.length);
  if (bare === gate) return mark + other;
  const at = bare.lastIndexOf('_');
  return at >= 0 && bare.slice(at + 1) === gate ? `${mark}${bare.slice(0, at + 1)}${other}` : name;
}

/** Whose line it is: the letter after `_`, or the name itself. */
export function gateOf(name: string): string {
  const bare = /^[δΔ]/u.test(name) ? name.slice(1) : name;
  const at = bare.lastIndexOf('_');
  return at < 0 ? bare : bare.slice(at + 1);
}

/** Lines of one form as one: `f = σ(x W_f + h U_f + b_f)   i, o likewise`. */
export function likewise(lines: readonly Line[]): string[] {
  const form = ({ name, text }: Line): string => {
    const gate = gateOf(name);
    const blank = text.replaceAll(NAME, (word) => exchange(word, gate, '□'));
    return blank.split(' = ', 2)[1]?.includes('□') ? blank : text;
  };
  const forms = lines.map(form);
  const defined = new Map(lines.map(({ name }, i) => [name, i]));
  // A line may move up to its like only where all that it reads stands above.
  const fits = (k: number, i: number): boolean =>
    [...(lines[k]?.text.split(' = ')[1]?.matchAll(NAME) ?? [])].every(([name]) => (defined.get(name) ?? -1) < i);
  const merged = new Set<number>();
  return lines.flatMap(({ text }, i) => {
    if (merged.has(i)) return [];
    const others = lines.flatMap((_, k) => (k > i && !merged.has(k) && forms[k] === forms[i] && fits(k, i) ? [k] : []));
    for (const k of others) merged.add(k);
    const gates = others.map((k) => gateOf(lines[k]?.name ?? ''));
    return [gates.length === 0 ? text : `${text}   ${gates.join(', ')} likewise`];
  });
}

/** The line for another gate. */
export const lineFor = (text: string, gate: string, other: string): string =>
  text.replaceAll(NAME, (word) => exchange(word, gate, other));
