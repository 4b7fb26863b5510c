/** @file What passes that join operands have in common: in which order, and from where. */
import {
  type Equation,
  known,
  type Origin,
  type Program,
  type ScanParams,
  type VarId,
} from '@throughline/autograd/back-end';
import { isLoop } from './loop.ts';
import { isAdd } from './rank.ts';

/** The equation that makes each variable. */
export function makersOf({ equations }: Program): (Equation | undefined)[] {
  const makers: (Equation | undefined)[] = [];
  for (const equation of equations) for (const id of equation.outputs) makers[id] = equation;
  return makers;
}

const setKey = (ids: readonly VarId[], axis: number): string => `${axis}:${ids.toSorted((a, b) => a - b)}`;

/** Orders in which variables are joined already, by which variables along which axis. */
function joined({ equations }: Program): Map<string, readonly VarId[]> {
  const orders = new Map<string, readonly VarId[]>();
  for (const { primitive, inputs, params } of equations) {
    if (primitive === known.concat) orders.set(setKey(inputs, params.axis as number), inputs); // of concat
  }
  return orders;
}

/** Finds the order in which variables should be joined, so that all who join them make one array of them. */
export class JoinOrder {
  readonly #program: Program;
  readonly #makers: readonly (Equation | undefined)[];
  readonly #joined = new Map<Program, Map<string, readonly VarId[]>>();

  constructor(program: Program, makers = makersOf(program)) {
    this.#program = program;
    this.#makers = makers;
  }

  /** The order there is a reason for: of a join that is there, here or in the loop that gives them; of a block's inputs. */
  given(ids: readonly VarId[], axis: number): readonly VarId[] | null {
    const here = this.#in(this.#program).get(setKey(ids, axis));
    if (here !== undefined) return here;
    const makers = ids.map((id) => this.#makers[id]);
    if (makers.every((maker) => maker === undefined)) return ids.toSorted((a, b) => a - b);
    const [loop] = makers;
    if (loop === undefined || !isLoop(loop) || makers.some((maker) => maker !== loop)) return null;
    const { body } = loop.params as unknown as ScanParams; // of a scan
    const inner = ids.map((id) => body.outputs[loop.outputs.indexOf(id)] as VarId); // one output per result
    const order = this.#in(body).get(setKey(inner, axis - 1));
    return order === undefined ? null : order.map((id) => ids[inner.indexOf(id)] as VarId); // the same set
  }

  #in(program: Program): Map<string, readonly VarId[]> {
    let orders = this.#joined.get(program);
    if (orders === undefined) {
      orders = joined(program);
      this.#joined.set(program, orders);
    }
    return orders;
  }
}

/** Trees of sums: by the equation that ends one, what it adds up, from left to right. */
export function sumsOf(
  { equations }: Program,
  makers: readonly (Equation | undefined)[],
  uses: readonly number[],
): Map<Equation, VarId[]> {
  /** Sums that are a term of another sum, and of nothing else. */
  const inner = new Set<Equation>();
  const adds = equations.filter(isAdd);
  for (const { inputs } of adds) {
    for (const id of inputs) {
      const maker = makers[id];
      if (maker !== undefined && isAdd(maker) && uses[id] === 1) inner.add(maker);
    }
  }
  const sums = new Map<Equation, VarId[]>();
  for (const root of adds) {
    if (inner.has(root)) continue;
    const terms: VarId[] = [];
    const stack: VarId[] = root.inputs.toReversed();
    for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
      const maker = makers[id];
      if (maker !== undefined && inner.has(maker)) stack.push(...maker.inputs.toReversed());
      else terms.push(id);
    }
    sums.set(root, terms);
  }
  return sums;
}

/** What several origins have in common: the scope that encloses them all, the first line. */
export function commonOrigin(origins: readonly (Origin | undefined)[]): Origin | undefined {
  const [first] = origins;
  if (first === undefined || origins.includes(undefined)) return undefined;
  const differs = first.scope.findIndex((label, i) =>
    origins.some((origin) => JSON.stringify(origin?.scope[i]) !== JSON.stringify(label)),
  );
  const scope = differs < 0 ? first.scope : first.scope.slice(0, differs);
  return { scope, ...(first.line === undefined ? {} : { line: first.line }) };
}
