import { ArgumentError, type Tensor } from '@throughline/tensor';
import type { Initializer } from './initializer.ts';
import { uniformByWidth } from './initializer.ts';

/** A declaration of one parameter: which axes it has, by letters, and how it starts. */
export interface ParamSpec {
  readonly kind: 'param';
  /** One capital letter per axis: `IH` is a matrix from inputs to hidden units. */
  readonly axes: string;
  readonly initializer: Initializer;
}

/** Declarations of a cell's parameters, nested as the cell likes. */
export interface ParamSpecs {
  readonly [name: string]: ParamSpec | ParamSpecs;
}

/** The parameters themselves: a tensor in place of each declaration. */
export type ParamsOf<P> = string extends keyof P
  ? ParamTree
  : { readonly [K in keyof P]: P[K] extends ParamSpec ? Tensor : ParamsOf<P[K]> };

/** Parameters of a cell that is not known to the type checker. */
export interface ParamTree {
  readonly [name: string]: Tensor | ParamTree;
}

/** The names of parameters and of records of them, dotted where nested: `f`, `f.W`. */
export type ParamName<P> = string extends keyof P
  ? string
  : { [K in keyof P & string]: P[K] extends ParamSpec ? K : K | `${K}.${ParamName<P[K]>}` }[keyof P & string];

/** What stands at such a name. */
export type ParamAt<P, Name> = string extends keyof P
  ? Tensor | ParamTree
  : Name extends keyof P
    ? P[Name] extends ParamSpec
      ? Tensor
      : ParamsOf<P[Name]>
    : Name extends `${infer K extends keyof P & string}.${infer Rest}`
      ? ParamAt<P[K], Rest>
      : never;

/** Other initialisers (or numbers, for constants) in place of some of the declared ones. */
export type Initializers<P> = string extends keyof P
  ? InitializerTree
  : { readonly [K in keyof P]?: P[K] extends ParamSpec ? Initializer | number : Initializers<P[K]> };

/** Initialisers for a cell that is not known to the type checker. */
export interface InitializerTree {
  readonly [name: string]: Initializer | number | InitializerTree;
}

export const isParamSpec = (value: unknown): value is ParamSpec =>
  typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'param'; // reads one field

/**
 * Declares a parameter by the letters of its axes; `cell.init(key, { I, H, … })` gives the letters their extents.
 *
 * @throws ArgumentError when `axes` has anything but capital letters.
 * @example param('KH').axes   // KH
 */
export function param(axes: string, initializer: Initializer = uniformByWidth): ParamSpec {
  if (!/^[A-Z]*$/.test(axes)) {
    throw new ArgumentError('param', `"${axes}" does not name axes. Write one capital letter for each, as in "IH".`);
  }
  return Object.freeze({ kind: 'param', axes, initializer });
}

/** What a gate declares: W [I, H] for the input, U [H, H] for the state, b [H]. */
export type GateSpec = { readonly W: ParamSpec; readonly U: ParamSpec; readonly b: ParamSpec };

/** A gate with PyTorch's second bias, b2 [H], which belongs to the product with U. */
export type TwoBiasGateSpec = GateSpec & { readonly b2: ParamSpec };

/** How a gate starts: see `initializers`. By default everything is uniform in ±1/√H, as in PyTorch. */
export interface GateOptions {
  readonly W?: Initializer;
  readonly U?: Initializer;
  /** The bias; with two biases, the first one. */
  readonly bias?: Initializer;
}

/**
 * Declares a gate: W [I, H], U [H, H] and b [H], which `affine` joins as x·W + h·U + b. `biases: 2` adds b2 [H].
 *
 * @example Object.keys(gate()).join()                // W,U,b
 * @example Object.keys(gate({ biases: 2 })).join()   // W,U,b,b2
 */
export function gate(options: GateOptions & { readonly biases: 2 }): TwoBiasGateSpec;
export function gate(options?: GateOptions & { readonly biases?: 1 }): GateSpec;
export function gate(options: GateOptions & { readonly biases?: 1 | 2 } = {}): GateSpec | TwoBiasGateSpec {
  const { biases = 1, W, U, bias } = options;
  if (biases !== 1 && biases !== 2) throw new ArgumentError('gate', `biases is ${String(biases)}, not 1 or 2.`);
  const one = { W: param('IH', W), U: param('HH', U), b: param('H', bias) };
  return biases === 1 ? one : { ...one, b2: param('H') };
}

/** One declaration, with its path from the cell: `f.W`. */
export interface Declared {
  readonly path: string;
  readonly spec: ParamSpec;
}

/** Every declaration, in order. */
export function declared(specs: ParamSpecs, prefix = ''): Declared[] {
  return Object.entries(specs).flatMap(([name, spec]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    return isParamSpec(spec) ? [{ path, spec }] : declared(spec, path);
  });
}

/** The same nesting with a value in place of each declaration. */
export function mapSpecs<M>(
  specs: ParamSpecs,
  f: (spec: ParamSpec, path: string) => M,
  prefix = '',
): { [name: string]: unknown } {
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => {
      const path = prefix === '' ? name : `${prefix}.${name}`;
      return [name, isParamSpec(spec) ? f(spec, path) : mapSpecs(spec, f, path)];
    }),
  );
}

/** The paths of the records that have W, U and b. */
export function gatesOf(specs: ParamSpecs, prefix = ''): string[] {
  return Object.entries(specs).flatMap(([name, spec]) => {
    if (isParamSpec(spec)) return [];
    const path = prefix === '' ? name : `${prefix}.${name}`;
    return ['W', 'U', 'b'].every((key) => isParamSpec(spec[key])) ? [path] : gatesOf(spec, path);
  });
}
