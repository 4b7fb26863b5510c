import {
  type AnyCell,
  flatten,
  fold,
  graphviz,
  key,
  latex,
  mean,
  mul,
  normal,
  print,
  splitKey,
  type Tensor,
  trace,
  unstack,
} from '../index.ts';
import type { TapeSettings } from './record.ts';

/** What `throughline tape --format` takes. */
export const formats = ['values', 'text', 'latex', 'dot', 'folded', 'folded-latex', 'folded-dot'] as const;

/** The same steps as a Program, in a format of its own; folded, time is drawn once. */
export function programText(
  cell: AnyCell,
  { steps, inputs: width, hidden, seed }: TapeSettings,
  format: Exclude<(typeof formats)[number], 'values'>,
): string {
  const [forParams, forInputs] = splitKey(key(seed)) as [Tensor, Tensor]; // two by default
  const dims = { I: width, H: hidden };
  const params = cell.init(forParams, dims);
  const state = cell.initialState(dims, 1);
  const written = (p: typeof params, s: typeof state, xs: Tensor): Tensor => {
    let last = { state: s, out: xs };
    for (const x of unstack(xs)) last = cell.step(p, last.state, x);
    return mean(mul(last.out, last.out));
  };
  const program = trace(written, params, state, normal(forInputs, [steps, 1, width]));
  const names = [...flatten('tape', params).paths, ...flatten('tape', state).paths, 'x'];
  const shown = format.startsWith('folded') ? fold(program) : program;
  if (format.endsWith('dot')) return graphviz(shown, { names });
  if (format.endsWith('latex')) return latex(shown, { names: names.map(texName) });
  const legend = names.map((name, i) => `// ${letter(i)} is ${name}`);
  return [...legend, print(shown, { origins: true, times: true })].join('\n');
}

/** `f.W` is W_f. */
function texName(path: string): string {
  const keys = path.split('.');
  const last = keys.pop() ?? path;
  return keys.length === 0 ? last : `${last}_{${keys.join('.')}}`;
}

/** What `print` calls input i: a…z, aa… */
function letter(i: number): string {
  let name = '';
  for (let n = i + 1; n > 0; n = Math.floor((n - 1) / 26)) name = String.fromCharCode(97 + ((n - 1) % 26)) + name;
  return name;
}
