import {
  type AnyCell,
  chrono,
  type Initializer,
  type InitializerTree,
  initializers,
  minus,
  type ParamSpec,
  type ParamSpecs,
} from '@throughline/rnn';

/** A change to how a cell starts, as data: it is sent to workers. */
export interface Change {
  /** Biases by gate. */
  readonly biases: readonly {
    readonly gate: string;
    readonly bias: number | 'chrono' | '−chrono' | { readonly minus: string };
  }[];
  /** What every U is multiplied with. */
  readonly scaleU: number;
}

/** `bias of f: chrono(60), bias of i: −(bias of f)`. */
export function describeChange({ biases, scaleU }: Change, steps: number): string {
  const text = (bias: Change['biases'][number]['bias']): string => {
    if (typeof bias === 'number') return String(bias).replace('-', '−');
    if (typeof bias === 'object') return `−b_${bias.minus}`;
    return `${bias}(${longest(steps)})`;
  };
  const parts = biases.map(({ gate, bias }) => `b_${gate} = ${text(bias)}`);
  return [...parts, ...(scaleU === 1 ? [] : [`U × ${scaleU}`])].join(', ');
}

const longest = (steps: number): number => Math.max(2, steps);

/** The same cell with other initialisers. */
export function applyChange(cell: AnyCell, { biases, scaleU }: Change, steps: number): AnyCell {
  let changed = cell;
  for (const { gate, bias } of biases) changed = changed.with(nest(`${gate}.b`, initializerOf(bias, steps)));
  if (scaleU === 1) return changed;
  for (const gate of cell.gates) {
    const { initializer } = specAt(cell.params, `${gate}.U`);
    if (typeof initializer === 'function')
      changed = changed.with(nest(`${gate}.U`, initializers.scaled(initializer, scaleU)));
  }
  return changed;
}

function initializerOf(bias: Change['biases'][number]['bias'], steps: number): Initializer | number {
  if (typeof bias === 'number') return bias;
  if (typeof bias === 'object') return minus(`${bias.minus}.b`);
  const draw = chrono(longest(steps));
  return bias === 'chrono' ? draw : initializers.scaled(draw, -1);
}

/** `a.b.c` as nested records around a value. */
const nest = (path: string, value: Initializer | number): InitializerTree =>
  path
    .split('.')
    .reduceRight<Initializer | number | InitializerTree>((inner, key) => ({ [key]: inner }), value) as InitializerTree; // at least one key

const specAt = (specs: ParamSpecs, path: string): ParamSpec =>
  path
    .split('.')
    .reduce<ParamSpec | ParamSpecs>((at, key) => (at as ParamSpecs)[key] as ParamSpec | ParamSpecs, specs) as ParamSpec; // a gate has U
