import { type Graph, readBy, type Value } from './graph.ts';

/** One of several loops that compute a graph one after another, with vectors in between. */
export interface Stage {
  /** Computed here for later stages. */
  readonly keeps: readonly Value[];
  /** Read here from earlier ones. */
  readonly given: readonly Value[];
}

export interface Stages {
  readonly list: readonly Stage[];
  /** Where each vector in between lies, in vectors; those that are never wanted at a time share a place. */
  readonly slots: ReadonlyMap<Value, number>;
  readonly slotCount: number;
}

/** What the cost of a stage is made of: see `costOf`. */
const WINDOW = 100;
const PER_CYCLE = 3;
const PER_VECTOR_KEPT = 1.5;
const PER_LOOP = 3;
/** Chains shorter than this (in cycles) stay whole. */
const SHORT = 60;

/** Cycles until a result can be used, roughly, on machines of these years. */
function latency(name: string): number {
  if (/Div|Sqrt/.test(name)) return 12;
  if (/Floor|Ceil/.test(name)) return 8;
  if (name.startsWith('load')) return 0;
  if (/call|lookup/.test(name)) return 30;
  return /Add|Sub|Mul|madd|Lt|Le|Eq|Min|Max|Pm|choice/.test(name) ? 4 : 1;
}

/**
 * Cuts a graph across its longest chains. An elementary function is a chain of 100 to 200 cycles and few instructions: in one
 * loop a processor finds too little to do beside it, in several short ones it works on many elements at a time.
 */
export function stagesOf(graph: Graph, roots: readonly Value[], vectors: number): Stages {
  const depths: number[] = [];
  const depthOf = (value: Value): number => depths[value] ?? 0;
  graph.instructions.forEach(({ scope, level, name }, value) => {
    const own = scope > 0 || level < 2 ? 0 : latency(name);
    depths[value] = own + Math.max(0, ...readBy(graph, value).map(depthOf));
  });
  const longest = Math.max(0, ...roots.map(depthOf));
  if (longest < SHORT) return { list: [{ keeps: [], given: [] }], slots: new Map(), slotCount: 0 };
  const users = usersOf(graph, roots, longest, depthOf);
  const cuts = cutsOf(longest, depthOf, users, vectors);
  const stageOf = (depth: number): number => cuts.findLastIndex((cut) => cut < depth) + 1;
  const list = Array.from({ length: cuts.length + 1 }, () => ({ keeps: [] as Value[], given: [] as Value[] }));
  for (const [value, at] of users) {
    const own = stageOf(depthOf(value));
    const later = new Set([...at].map(stageOf).filter((stage) => stage > own));
    if (later.size > 0) list[own]?.keeps.push(value);
    for (const stage of later) list[stage]?.given.push(value);
  }
  return { list, ...placeSlots(list) };
}

/** Loads, and what is one step away from them, are computed again rather than kept. */
function isCheap(graph: Graph, value: Value): boolean {
  const { args, choice, level, name, type } = graph.at(value);
  if (level < 2 || type !== 'v128') return true;
  if (choice !== undefined) return false;
  return args.every((arg) => graph.at(arg).level < 2 || readBy(graph, arg).length === 0) && latency(name) <= 4;
}

/** The depths at which each value is read that may have to be kept. */
function usersOf(
  graph: Graph,
  roots: readonly Value[],
  last: number,
  depthOf: (value: Value) => number,
): Map<Value, Set<number>> {
  const users = new Map<Value, Set<number>>();
  const seen = new Set<number>();
  const read = (value: Value, depth: number): void => {
    const isElsewhere = graph.at(value).scope > 0 || isCheap(graph, value);
    if (!isElsewhere) users.set(value, (users.get(value) ?? new Set<number>()).add(depth));
    const own = isElsewhere ? depth : depthOf(value);
    const key = value + own * graph.instructions.length;
    if (seen.has(key)) return;
    seen.add(key);
    for (const arg of readBy(graph, value)) read(arg, own);
  };
  for (const root of roots) read(root, last);
  return users;
}

/**
 * Depths after which to cut, such that all stages together take the fewest cycles per vector: the cheapest way to reach each
 * depth, from the cheapest ways to all that come before.
 */
function cutsOf(
  longest: number,
  depthOf: (value: Value) => number,
  users: ReadonlyMap<Value, ReadonlySet<number>>,
  vectors: number,
): number[] {
  const instructions = new Array<number>(longest + 1).fill(0);
  const kept = new Array<number>(longest + 1).fill(0);
  for (const [value, at] of users) {
    const depth = depthOf(value);
    instructions[depth] = (instructions[depth] ?? 0) + 1;
    const last = Math.max(...at);
    for (let d = depth; d < last; d++) kept[d] = (kept[d] ?? 0) + 1;
  }
  const until: number[] = []; // instructions down to a depth
  for (const count of instructions) until.push((until.at(-1) ?? 0) + count);
  // between the depths at which something is computed one place is as good as another
  const places = [0];
  for (let d = 1; d < longest; d++) if (instructions[d] !== 0 && kept[d] !== 0) places.push(d);
  places.push(longest);
  const best: { cost: number; from: number }[] = [{ cost: 0, from: 0 }];
  for (let k = 1; k < places.length; k++) {
    const to = places[k] ?? 0;
    const handedOn = to < longest ? PER_VECTOR_KEPT * (kept[to] ?? 0) : 0;
    let found = { cost: Number.POSITIVE_INFINITY, from: 0 };
    for (let at = k - 1; at >= 0; at--) {
      const from = places[at] ?? 0;
      const own = costOf((until[to] ?? 0) - (until[from] ?? 0), to - from, vectors);
      if (own + handedOn >= found.cost) break; // and a longer one costs more
      const cost = (best[at]?.cost ?? 0) + own + handedOn;
      if (cost < found.cost) found = { cost, from: at };
    }
    best.push(found);
  }
  const cuts: number[] = [];
  for (let at = best.at(-1)?.from ?? 0; at > 0; at = best[at]?.from ?? 0) cuts.unshift(places[at] ?? 0);
  return cuts;
}

/**
 * Cycles per vector of a loop of so many instructions: as fast as they can be issued, or as fast as their longest chain allows
 * with as many vectors at a time as a processor has instructions in flight; and the last vector has nothing beside it.
 */
const costOf = (count: number, chain: number, vectors: number): number =>
  Math.max(count / PER_CYCLE, (chain * count) / WINDOW) + PER_LOOP + chain / vectors;

function placeSlots(list: readonly Stage[]): Omit<Stages, 'list'> {
  const slots = new Map<Value, number>();
  const free: number[] = [];
  let slotCount = 0;
  const last = new Map<Value, number>();
  for (const [stage, { given }] of list.entries()) for (const value of given) last.set(value, stage);
  list.forEach(({ keeps, given }, stage) => {
    // what is read here for the last time is read before anything is written
    for (const value of given) if (last.get(value) === stage) free.push(slots.get(value) ?? 0);
    for (const value of keeps) slots.set(value, free.pop() ?? slotCount++);
  });
  return { slots, slotCount };
}
