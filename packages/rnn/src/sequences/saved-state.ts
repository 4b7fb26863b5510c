import { flatten, mapTree } from '@throughline/autograd';
import { ArgumentError, type DType, dtypes, formatType, sameType, type Tensor, tensor } from '@throughline/tensor';

/** A tensor as JSON keeps it to the last bit: what JSON has no number for (NaN, ±Infinity, −0) is a string. */
export interface SavedTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
}

/** A state as plain data, nested as the state is. */
export type SavedState = SavedTensor | { readonly [name: string]: SavedState };

/** A tree of tensors as plain data, which `JSON.stringify` and `structuredClone` keep whole. */
export const saveState = (state: unknown): SavedState =>
  mapTree(
    state,
    (leaf): SavedTensor => ({
      dtype: leaf.dtype,
      shape: [...leaf.shape],
      data: Array.from(leaf.concrete('saveState').storage, (x) =>
        Number.isFinite(x) && !Object.is(x, -0) ? x : Object.is(x, -0) ? '-0' : String(x),
      ),
    }),
  ) as unknown as SavedState; // the nesting of the state

/**
 * The state that was saved.
 * @throws ArgumentError naming the place of what is no saved tensor, or, given a state that it must be like, of another type.
 */
export function loadState<S>(saved: unknown, like?: S): S {
  const read = (node: unknown, path: string): unknown => {
    if (typeof node !== 'object' || node === null || Array.isArray(node))
      refuse(path, `is ${String(node)}, not a saved state.`);
    if ('dtype' in node || 'data' in node) return readTensor(node as Partial<SavedTensor>, path); // checked there
    return Object.fromEntries(Object.entries(node).map(([name, child]) => [name, read(child, `${path}.${name}`)]));
  };
  const state = read(saved, 'state') as S; // compared with `like`, or by the run that it is given to
  if (like !== undefined) checkLike(state, like);
  return state;
}

function readTensor({ dtype, shape, data }: Partial<SavedTensor>, path: string): Tensor {
  if (dtype === undefined || !Object.hasOwn(dtypes, dtype)) refuse(path, `has dtype ${String(dtype)}.`);
  if (!Array.isArray(shape) || !shape.every((n) => Number.isInteger(n) && n >= 0))
    refuse(path, `has shape ${String(shape)}.`);
  const size = shape.reduce((a, b) => a * b, 1);
  if (!Array.isArray(data) || data.length !== size) {
    const has = Array.isArray(data) ? data.length : 'no';
    refuse(path, `has ${has} numbers, its shape [${shape}] takes ${size}.`);
  }
  const numbers = data.map((x) => {
    if (typeof x === 'number' || x === 'NaN' || x === 'Infinity' || x === '-Infinity' || x === '-0') return Number(x);
    return refuse(path, `holds ${JSON.stringify(x)}, not a number.`);
  });
  return dtype === 'bool'
    ? tensor(numbers.map((x) => x !== 0)).reshape(shape)
    : tensor(numbers, { dtype: dtype as 'float64', shape }); // any that takes numbers
}

function checkLike(state: unknown, like: unknown): void {
  const [own, wanted] = [
    flatten('loadState', state, undefined, 'state'),
    flatten('loadState', like, undefined, 'state'),
  ];
  wanted.leaves.forEach((leaf, i) => {
    const path = wanted.paths[i] as string; // one path per leaf
    const got = own.leaves[own.paths.indexOf(path)];
    if (got === undefined) refuse(path, 'is missing.');
    if (!sameType(got, leaf)) refuse(path, `is ${formatType(got)}, not ${formatType(leaf)}.`);
  });
  const extra = own.paths.find((path) => !wanted.paths.includes(path));
  if (extra !== undefined) refuse(extra, 'is not a state here.');
}

function refuse(path: string, what: string): never {
  throw new ArgumentError('loadState', `${path} ${what} Pass what saveState gave, of the same model.`);
}
