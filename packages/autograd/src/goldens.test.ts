import { readdirSync, readFileSync } from 'node:fs';
import { type DType, isDifferentiable, type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, it } from 'vitest';
import type { Adapter, Run } from './goldens/adapter.ts';
import { add, grad, jvp, mul, sum, vjp } from './index.ts';

/**
 * Every case of every goldens/FAMILY.json, computed by PyTorch in float64: value, pullback, tangent, and for the second
 * order the gradient of Σ ⟨directions, pullback⟩. |ours − theirs| ≤ 1e-10·(1 + |theirs|), entry by entry.
 * goldens/FAMILY.ts says how the cases of a family call our ops.
 */
const BOUND = 1e-10;

interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
  readonly dtype?: DType;
}
type Optional = readonly (Numbers | null)[];
interface Case {
  readonly op: string;
  readonly params: object;
  readonly inputs: readonly Numbers[];
}
interface Derivatives extends Case {
  readonly vjp: Optional;
  readonly tangents: Optional;
  readonly second: { readonly directions: Optional; readonly gradients: Optional };
}
interface Goldens {
  readonly cases: readonly (Derivatives & { output: Numbers; cotangent: Numbers; jvp: Numbers })[];
  readonly severalOutputs: readonly (Derivatives & {
    outputs: readonly Numbers[];
    cotangents: readonly Numbers[];
    jvp: readonly Numbers[];
  })[];
  readonly values: readonly (Case & { output: Numbers })[];
}

const folder = new URL('./goldens/', import.meta.url);
const families = readdirSync(folder).flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -5)] : []));
const goldensOf = (family: string): Goldens =>
  JSON.parse(readFileSync(new URL(`${family}.json`, folder), 'utf8')) as Goldens; // scripts/goldens wrote it

const load = ({ shape, data, dtype = 'float64' }: Numbers): Tensor => tensor([...data], { shape: [...shape], dtype });
const loadAll = (list: Optional): (Tensor | null)[] => list.map((x) => x && load(x));

/** The op of a case, from its operands to the list of its results. */
function called({ special, exported }: Adapter, c: Case): (xs: readonly Tensor[]) => Tensor[] {
  const known = Object.hasOwn(special, c.op) ? special[c.op] : undefined;
  const f = known ?? (exported as Record<string, unknown>)[c.op]; // a namespace, read by name, checked below
  if (typeof f !== 'function') throw new Error(`goldens have cases of ${c.op}, which is not exported`);
  const plain: Run<object> = known === undefined ? (xs) => f(...xs) : (known as Run<object>); // its params are the file's
  return (xs) => {
    const ys = plain(xs as Parameters<typeof plain>[0], c.params); // an op reads the operands it has
    return Array.isArray(ys) ? [...ys] : [ys as Tensor]; // isArray does not narrow a readonly one
  };
}

function compare(what: string, ours: Tensor | null | undefined, theirs: Numbers): void {
  if (!ours) throw new Error(`${what}: is null`);
  expect(ours.shape, `${what}: shape`).toEqual(theirs.shape);
  expect(ours.dtype, `${what}: dtype`).toBe(theirs.dtype ?? 'float64');
  const data = ours.toTypedArray();
  theirs.data.forEach((b, i) => {
    const a = data[i] ?? Number.NaN;
    if (!(Math.abs(a - b) <= BOUND * (1 + Math.abs(b)))) throw new Error(`${what}[${i}]: ${a}, PyTorch has ${b}`);
  });
}

function compareAll(what: string, ours: readonly (Tensor | null)[], theirs: Optional): void {
  expect(ours.length, `${what}: how many`).toBe(theirs.length);
  theirs.forEach((b, i) => {
    if (b !== null) compare(`${what} ${i}`, ours[i], b);
  });
}

type Inputs = readonly (Tensor | null)[];

/** Value, pullback, tangent and second order of `f` at a case, f giving a list of results. */
function checkDerivatives(
  f: (xs: readonly Tensor[]) => Tensor[],
  c: Derivatives,
  ys: Optional,
  cts: Tensor[],
  tangentsOut: Optional,
): void {
  const xs = c.inputs.map(load);
  const { value, pullback } = vjp(f, xs);
  compareAll('value', value, ys);
  compareAll('value outside a transform', f(xs), ys);
  compareAll('vjp', pullback(cts) as Inputs, c.vjp);
  const tangents = loadAll(c.tangents);
  compareAll('jvp', jvp(f, xs, tangents).tangent, tangentsOut);
  const directions = loadAll(c.second.directions);
  const projected = (at: Tensor[]): Tensor => {
    const back = vjp(f, at).pullback(cts) as Inputs;
    const terms = back.flatMap((ct, i) => (ct && directions[i] ? [sum(mul(ct, directions[i]))] : []));
    return terms.reduce((a, b) => add(a, b));
  };
  compareAll('second order', grad(projected)(xs) as Inputs, c.second.gradients);
}

/** Names, so that a failure tells which case it is; and a count that shows that each op had one. */
const titled = <C extends Case>(list: readonly C[]): [string, C][] =>
  list.map((c, i) => [`${c.op} #${i} ${c.inputs.map(({ shape }) => `[${shape}]`).join(' ')}`, c]);

describe.each(families)('%s, against PyTorch', async (family) => {
  const { adapter } = (await import(`./goldens/${family}.ts`)) as { adapter: Adapter }; // what such modules export
  const { cases, severalOutputs, values } = goldensOf(family);
  const executed = new Map<string, number>();
  const count = (op: string): Map<string, number> => executed.set(op, (executed.get(op) ?? 0) + 1);

  it.each(titled(cases))('%s', (_, c) => {
    checkDerivatives(called(adapter, c), c, [c.output], [load(c.cotangent)], [c.jvp]);
    count(c.op);
  });

  it.each(titled(severalOutputs))('%s', (_, c) => {
    checkDerivatives(called(adapter, c), c, c.outputs, c.cotangents.map(load), c.jvp);
    count(c.op);
  });

  it.each(titled(values))('value of %s', (_, c) => {
    compareAll('value', called(adapter, c)(c.inputs.map(load)), [c.output]);
    count(c.op);
  });

  it('ran a case of each op in the file, and of each that the adapter names', () => {
    const named = [...cases, ...severalOutputs, ...values].map(({ op }) => op);
    for (const op of [...named, ...Object.keys(adapter.special)]) expect(executed.get(op) ?? 0, op).toBeGreaterThan(0);
    expect(named.length).toBe([...executed.values()].reduce((a, b) => a + b, 0));
    expect(executed.size).toBe(adapter.ops);
  });
});

describe('the comparison with PyTorch', () => {
  it('finds families', () => {
    expect(families).toEqual(expect.arrayContaining(['core', 'layout']));
  });

  it('refuses a number that is off by more than the bound', () => {
    expect(() => compare('value', tensor([1]), { shape: [1], data: [1 + 3e-10] })).toThrow('value[0]: 1, PyTorch has');
    expect(() => compare('value', tensor([Number.NaN]), { shape: [1], data: [1] })).toThrow('value[0]: NaN');
    expect(isDifferentiable(load({ shape: [1], data: [0], dtype: 'bool' }))).toBe(false);
  });
});
