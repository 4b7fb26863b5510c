import { numberText, type Origin } from '@throughline/autograd/back-end';
import { ensure } from '../collections.ts';
import type { Access, Kernel, Node } from '../plan/ir.ts';
import { keyOf } from './access.ts';
import { type Expression, placeOf } from './expression.ts';
import type { Lowering } from './lowering.ts';

/** An expression that must be in memory, and where. */
interface Store {
  readonly expression: Expression;
  readonly access: Access;
  readonly origin: Origin | undefined;
}

/** One kernel computes at most this many values per element: beyond, registers spill and functions grow. */
const MOST_NODES = 400;
const MOST_STORES = 24;

/** One key for all expressions that one kernel can compute. */
const spaceOf = ({ shape }: Pick<Expression, 'shape'>): string => shape.join();

/**
 * The stores of a block that wait: those over one index space become one kernel, when the first of them is needed. Values
 * that nothing asks for are never computed.
 */
export class Fusion {
  readonly #lowering: Lowering;
  readonly #kernels: Kernel[];
  readonly #waiting = new Map<string, Store[]>();

  constructor(lowering: Lowering, kernels: Kernel[]) {
    this.#lowering = lowering;
    this.#kernels = kernels;
  }

  /** Has an expression stored, now or later. */
  store(expression: Expression, access: Access, origin?: Origin): void {
    const list = ensure(this.#waiting, spaceOf(expression), () => []);
    list.push({ expression, access, origin });
    expression.cost = 0;
    if (list.length >= MOST_STORES) this.flush(expression);
  }

  /** Where an expression is in memory, from now on. */
  place(expression: Expression): Access {
    const place = placeOf(expression);
    if (place !== undefined) return place;
    if (expression.kind === 'constant') {
      const access = this.#lowering.buffer(expression);
      this.storeNow(expression, access);
      return access;
    }
    if (!this.#waits(expression)) this.store(expression, this.#lowering.buffer(expression));
    this.flush(expression);
    return expression.placed as unknown as Access; // by the flush
  }

  /** Stores an expression somewhere now. */
  storeNow(expression: Expression, access: Access, origin?: Origin): void {
    this.store(expression, access, origin);
    this.flush(expression);
  }

  /** The parts of an expression, or itself, that wait to be stored. */
  waitingIn(expression: Expression, seen = new Set<Expression>()): Expression[] {
    if (expression.kind !== 'op' || expression.placed !== undefined || seen.has(expression)) return [];
    seen.add(expression);
    if (this.#waits(expression)) return [expression];
    return expression.args.flatMap((arg) => this.waitingIn(arg, seen));
  }

  /** Computes all that waits over the index space of something. */
  flush(one: Pick<Expression, 'shape'>): void {
    const stores = this.#waiting.get(spaceOf(one)) ?? [];
    this.#waiting.delete(spaceOf(one));
    while (stores.length > 0) this.#kernel(stores);
  }

  /** Computes all that waits. */
  flushAll(): void {
    for (const [store] of [...this.#waiting.values()]) this.flush((store as Store).expression); // no list is empty
  }

  #waits(expression: Expression): boolean {
    return this.#waiting.get(spaceOf(expression))?.some((store) => store.expression === expression) === true;
  }

  /** One kernel from the front of a list of stores, which it takes. */
  #kernel(waiting: Store[]): void {
    const graph = new Graph();
    const stores: { node: number; access: Access }[] = [];
    const shape = (waiting[0] as Store).expression.shape; // not empty
    const done: Store[] = [];
    while (waiting.length > 0 && (done.length === 0 || graph.nodes.length < MOST_NODES)) {
      const store = waiting.shift() as Store; // not empty
      stores.push({ node: graph.node(store.expression), access: store.access });
      if (store.origin !== undefined) graph.origins.add(store.origin);
      done.push(store);
    }
    this.#kernels.push({ kind: 'map', shape, nodes: graph.nodes, stores, origins: [...graph.origins] });
    // numbers are shared with other blocks, for which this place may mean nothing
    for (const { expression, access } of done) if (expression.kind === 'op') expression.placed ??= access;
  }
}

/** Nodes in order, from expressions that share parts. */
export class Graph {
  readonly nodes: Node[] = [];
  /** Of all that is computed. */
  readonly origins = new Set<Origin>();
  readonly #known = new Map<Expression, number>();
  readonly #loads = new Map<string, number>();

  node(expression: Expression): number {
    return ensure(this.#known, expression, () => this.#make(expression));
  }

  #make(expression: Expression): number {
    const { dtype } = expression;
    const access = placeOf(expression);
    if (access !== undefined) return this.#load(access, dtype);
    if (expression.kind === 'op') {
      if (expression.origin !== undefined) this.origins.add(expression.origin);
      const args = expression.args.map((arg) => this.node(arg));
      return this.nodes.push({ kind: 'op', op: expression.op, args, dtype }) - 1;
    }
    const value = expression.kind === 'constant' ? expression.value : 0;
    const key = `${dtype} ${numberText(value)}`;
    return ensure(this.#loads, key, () => this.nodes.push({ kind: 'constant', value, dtype }) - 1);
  }

  #load(access: Access, dtype: Expression['dtype']): number {
    return ensure(this.#loads, keyOf(access), () => this.nodes.push({ kind: 'load', access, dtype }) - 1);
  }
}
