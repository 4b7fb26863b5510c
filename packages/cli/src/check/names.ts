import type { Shape } from '@throughline/tensor';

/** A parameter's path in the literature's letters: `f.U` is `U_f`, `a` stays `a`. */
export function letterOf(path: string): string {
  const keys = path.split('.');
  const letter = keys.pop() ?? path;
  return keys.length === 0 ? letter : `${letter}_${keys.join('.')}`;
}

/** An entry of a parameter: `U_f[3,7]`. */
export function entryName(path: string, shape: Shape, index: number): string {
  const indices: number[] = [];
  let rest = index;
  for (const extent of [...shape].reverse()) {
    indices.unshift(rest % extent);
    rest = Math.floor(rest / extent);
  }
  return shape.length === 0 ? letterOf(path) : `${letterOf(path)}[${indices.join(',')}]`;
}
