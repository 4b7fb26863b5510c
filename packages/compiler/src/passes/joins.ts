/** @file What passes that join operands have in common: in which order, and from where. */
import {
  type Equation,
  known,
  type Origin,
  type ParamValue,
  type Program,
  type ScanParams,
  type VarId,
} from '@throughline/autograd/back-end';
import { ensure } from '../collections.ts';
import { type Draft, rewriteEach } from './draft.ts';
import { isLoop } from './loop.ts';
import { isAdd, usesOf } from './rank.ts';

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

/** Puts members of a group in an order that there is a reason for, by what each joins along an axis. */
export type InOrder = <T>(group: readonly T[], idOf: (member: T) => VarId, axis: number) => readonly T[] | undefined;

/** Finds the order in which variables should be joined, so that all who join them make one array of them. */
export function joinOrder(program: Program, makers = makersOf(program)): InOrder {
  const orders = new Map<Program, Map<string, readonly VarId[]>>();
  const joinedIn = (of: Program) => ensure(orders, of, () => joined(of));
  /** Of a join that is there, here or in the loop that gives them; of a block's inputs. */
  const orderOf = (ids: readonly VarId[], axis: number): readonly VarId[] | undefined => {
    const here = joinedIn(program).get(setKey(ids, axis));
    if (here !== undefined) return here;
    const [loop, ...others] = new Set(ids.map((id) => makers[id]));
    if (others.length > 0) return undefined;
    if (loop === undefined) return ids.toSorted((a, b) => a - b);
    if (!isLoop(loop)) return undefined;
    const { body } = loop.params as unknown as ScanParams; // of a scan
    const inner = ids.map((id) => body.outputs[loop.outputs.indexOf(id)] as VarId); // one output per result
    const order = joinedIn(body).get(setKey(inner, axis - 1));
    return order?.map((id) => ids[inner.indexOf(id)] as VarId); // the same set
  };
  return (group, idOf, axis) => {
    const ids = group.map(idOf);
    const order = new Set(ids).size === ids.length ? orderOf(ids, axis) : undefined;
    return order?.map((id) => group[ids.indexOf(id)] as (typeof group)[number]); // as above
  };
}

/** Something that a sum adds up; its maker, if nothing else reads it. */
export interface Term {
  readonly id: VarId;
  readonly maker: Equation | undefined;
}

/** Trees of sums, each of which `change` may write in another way, given its terms from left to right: it returns the new sum. */
export function rewriteSums(
  program: Program,
  change: (terms: readonly Term[], root: Equation, draft: Draft) => VarId | null,
): Program {
  const uses = usesOf(program);
  const makers = makersOf(program);
  const termOf = (id: VarId): Term => ({ id, maker: uses[id] === 1 ? makers[id] : undefined });
  const isInner = ({ maker }: Term): boolean => maker !== undefined && isAdd(maker);
  const termsOf = ({ inputs }: Equation): Term[] =>
    inputs.map(termOf).flatMap((term) => (isInner(term) ? termsOf(term.maker as Equation) : [term])); // it has one
  const inner = new Set(
    program.equations.filter(isAdd).flatMap(({ inputs }) =>
      inputs
        .map(termOf)
        .filter(isInner)
        .map(({ maker }) => maker),
    ),
  );
  return rewriteEach(
    program,
    (equation) => isAdd(equation) && !inner.has(equation),
    (root, draft) => {
      const sum = change(termsOf(root), root, draft);
      if (sum !== null) draft.replace(root, [sum]);
      return sum !== null;
    },
  );
}

/** Parts of one array in place of the results of equations, one for one. */
export function writeParts(
  equations: readonly Equation[],
  whole: VarId,
  params: { readonly sizes: ParamValue; readonly axis: number },
  draft: Draft,
  origin: Origin | undefined,
): void {
  const parts = draft.add(known.split, [whole], params, origin);
  equations.forEach((equation, k) => {
    draft.replace(equation, parts.slice(k));
  });
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
