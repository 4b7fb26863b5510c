import { splitKey } from '@throughline/autograd';
import { ArgumentError, formatType, full, ShapeError, sameShape, Tensor } from '@throughline/tensor';
import { type Dims, extentsOf } from './dims.ts';
import type { DrawInitializer, Initializer, Site } from './initializer.ts';
import { type Declared, declared, isParamSpec, mapSpecs, type ParamSpecs, param } from './params.ts';

/** Makes a cell's parameters: one key for each, tied ones after those they are tied to. */
export function initialize(cell: string, specs: ParamSpecs, key: Tensor, dims: Dims): { [name: string]: unknown } {
  const op = `${cell}.init`;
  checkArguments(op, key, dims);
  const all = declared(specs);
  const places = new Map(all.map((entry, i) => [entry.path, i]));
  const drawn = splitKey(key, all.length);
  const made = new Map<string, Tensor>();
  const make = (entry: Declared, waiting: readonly string[]): Tensor => {
    const known = made.get(entry.path);
    if (known !== undefined) return known;
    const value = makeOne(op, entry, dims, drawn[places.get(entry.path) ?? -1] as Tensor, (from) => {
      // one key per entry
      const other = all[places.get(from) ?? -1];
      if (other === undefined)
        throw new ArgumentError(op, `${entry.path} starts from ${from}, which ${cell} does not have.`);
      if (waiting.includes(from)) throw new ArgumentError(op, `${[...waiting, from].join(' starts from ')}: a circle.`);
      return make(other, [...waiting, from]);
    });
    made.set(entry.path, value);
    return value;
  };
  return mapSpecs(specs, (spec, path) => make({ path, spec }, [path]));
}

function makeOne(
  op: string,
  { path, spec }: Declared,
  dims: Dims,
  key: Tensor,
  other: (path: string) => Tensor,
): Tensor {
  const shape = extentsOf(op, path, spec.axes, dims);
  const site: Site = { shape, dtype: dims.dtype ?? 'float64', dims, path };
  const { initializer } = spec;
  const value = typeof initializer === 'function' ? initializer(key, site) : initializer.map(other(initializer.from));
  if (!(value instanceof Tensor) || !sameShape(value.shape, shape) || value.dtype !== site.dtype) {
    const got = value instanceof Tensor ? formatType(value) : String(value);
    throw new ShapeError(op, `the initialiser of ${path} gave ${got}, expected ${formatType(site)}.`);
  }
  return value;
}

function checkArguments(op: string, key: unknown, dims: unknown): void {
  if (!(key instanceof Tensor) || key.dtype !== 'int32' || !sameShape(key.shape, [2])) {
    const got = key instanceof Tensor ? formatType(key) : typeof key;
    throw new ArgumentError(op, `the first argument is ${got}, not a random key. Pass key(seed).`);
  }
  if (typeof dims !== 'object' || dims === null)
    throw new ArgumentError(op, 'needs the extents of its axes. Pass { I, H }.');
  const { dtype } = dims as Dims; // an object
  if (dtype !== undefined && dtype !== 'float64' && dtype !== 'float32') {
    throw new ArgumentError(op, `dtype is "${String(dtype)}"; parameters are float64 or float32.`);
  }
}

/** Declarations with other initialisers, given in the same nesting. */
export function override(cell: string, specs: ParamSpecs, initializers: unknown, prefix = ''): ParamSpecs {
  const given = initializers as { readonly [name: string]: unknown }; // checked entry by entry
  for (const name of Object.keys(given)) {
    if (name in specs) continue;
    const has = Object.keys(specs).map((key) => prefix + key);
    throw new ArgumentError(
      `${cell}.with`,
      `there is no ${prefix}${name}; there ${has.length === 1 ? 'is' : 'are'} ${has.join(', ')}.`,
    );
  }
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => {
      const other = given[name];
      if (other === undefined) return [name, spec];
      if (!isParamSpec(spec)) return [name, override(cell, spec, other, `${prefix}${name}.`)];
      return [name, param(spec.axes, asInitializer(`${cell}.with`, prefix + name, other))];
    }),
  );
}

function asInitializer(op: string, path: string, value: unknown): Initializer {
  if (typeof value === 'number') return constant(value);
  if (typeof value === 'function') return value as DrawInitializer; // its result is checked by init
  if (typeof value === 'object' && value !== null && 'from' in value && 'map' in value) return value as Initializer; // tied
  throw new ArgumentError(op, `${path} is ${typeof value}, not an initialiser or a number.`);
}

/** The same number everywhere. */
export const constant =
  (value: number): DrawInitializer =>
  (_, { shape, dtype }) =>
    full(shape, value, dtype);
