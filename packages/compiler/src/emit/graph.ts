import type { Code, Local } from '../wasm/code.ts';
import type { Op, ValueType } from '../wasm/opcodes.ts';

/** An index into a graph. */
export type Value = number;
/** How often a value changes: never, once per row, with every vector. */
export type Level = 0 | 1 | 2;

const highestOf = (levels: readonly Level[]): Level => Math.max(...levels) as Level; // one of them

/** Both arms of a choice that is nearly always made the same way. */
interface Choice {
  readonly condition: Value;
  readonly usual: readonly Value[];
  readonly rare: readonly Value[];
  /** Instructions from this scope on belong to the rare arm. */
  readonly scope: number;
  readonly results: Value[];
}

export interface Instruction {
  readonly name: string;
  readonly type: ValueType;
  readonly args: readonly Value[];
  readonly level: Level;
  readonly scope: number;
  /** Writes the instruction; its operands are on the stack. */
  readonly write: (code: Code) => void;
  readonly choice?: Choice;
}

/** What the instruction reads; of a choice, everything that either arm may read. */
export function readBy(graph: Graph, value: Value): readonly Value[] {
  const { args, choice } = graph.at(value);
  return choice === undefined ? args : [choice.condition, ...choice.usual, ...choice.rare];
}

/** Values that depend on each other and on nothing else, each computed once. Written by a `GraphWriter`. */
export class Graph {
  readonly instructions: Instruction[] = [];
  readonly #known: Map<string, Value>[] = [new Map()];
  readonly #scopes: number[] = [0];
  #lastScope = 0;

  at(value: Value): Instruction {
    return this.instructions[value] as Instruction; // values are made here
  }

  /** An instruction; one with the same name and operands is the same value. */
  add(
    name: string,
    args: readonly Value[],
    write: (code: Code) => void,
    { type = 'v128', level = 0 }: { type?: ValueType; level?: Level } = {},
  ): Value {
    const key = `${name}(${args.join()})`;
    for (const known of this.#known) {
      const value = known.get(key);
      if (value !== undefined) return value;
    }
    // what needs nothing stands outside of every arm
    const depth = args.length === 0 ? 0 : this.#scopes.length - 1;
    const scope = this.#scopes[depth] as number; // depth is a place in the list
    const highest = highestOf([level, ...args.map((arg) => this.at(arg).level)]);
    const value = this.#push({ name, type, args, level: scope > 0 ? 2 : highest, scope, write });
    this.#known[depth]?.set(key, value);
    return value;
  }

  op(name: Op, ...args: readonly Value[]): Value {
    return this.add(name, args, (code) => code.op(name));
  }

  /** `usual` where the condition holds, else `rare`, which is computed only if some lane wants it. */
  choose(condition: Value, usual: readonly Value[], rare: () => readonly Value[]): readonly Value[] {
    const scope = ++this.#lastScope;
    this.#scopes.push(scope);
    this.#known.push(new Map());
    const others = rare();
    this.#known.pop();
    this.#scopes.pop();
    const results: Value[] = [];
    const choice: Choice = { condition, usual, rare: others, scope, results };
    const level = highestOf([condition, ...usual].map((v) => this.at(v).level));
    const outer = this.#scopes.at(-1) ?? 0;
    const write = (): void => undefined;
    for (const _ of usual)
      results.push(this.#push({ name: 'choice', type: 'v128', args: [], level, scope: outer, write, choice }));
    return results;
  }

  #push(instruction: Instruction): Value {
    return this.instructions.push(instruction) - 1;
  }
}

/** Writes the values of a graph into one function: those that change seldom before the loops, the others as often as asked. */
export class GraphWriter {
  readonly #code: Code;
  readonly #graph: Graph;
  readonly #uses: Int32Array;
  readonly #locals: Map<Value, Local> = new Map();
  readonly #pinned: Set<Value> = new Set();
  readonly #given: ReadonlyMap<Value, () => void>;
  #left: Int32Array;

  /** `given` says how to put values on the stack that are computed elsewhere. What `other` keeps is used, too. */
  constructor(
    code: Code,
    graph: Graph,
    roots: readonly Value[],
    given: ReadonlyMap<Value, () => void> = new Map(),
    other?: GraphWriter,
  ) {
    this.#code = code;
    this.#graph = graph;
    this.#given = given;
    if (other !== undefined) {
      this.#locals = other.#locals;
      this.#pinned = other.#pinned;
    }
    this.#uses = new Int32Array(graph.instructions.length);
    for (const root of roots) this.#count(root, 2);
    this.#left = this.#uses.slice();
  }

  /** Keeps what the levels above read of this level in locals. */
  hoist(level: Level): void {
    for (const value of this.#pinned) {
      if (this.#graph.at(value).level === level && this.#uses[value] !== 0) this.#materialise(value);
    }
  }

  /** Computes values into locals, for `use`. */
  run(roots: readonly Value[], use: (results: readonly Local[]) => void): void {
    this.#left = this.#uses.slice();
    use(roots.map((root) => this.#materialise(root)));
    for (const root of roots) this.#used(root);
  }

  #count(value: Value, userLevel: Level): void {
    const { level, args, choice } = this.#graph.at(value);
    if (level < userLevel) this.#pinned.add(value);
    const uses = (this.#uses[value] ?? 0) + 1;
    this.#uses[value] = uses;
    if (uses > 1 || this.#given.has(value)) return;
    for (const arg of args) this.#count(arg, level);
    if (choice === undefined) return;
    // the condition is read by the test and by each result that is
    this.#count(choice.condition, level);
    if (choice.results.every((r) => r === value || this.#uses[r] === 0))
      for (const read of readBy(this.#graph, value)) this.#count(read, level);
  }

  #push(value: Value): void {
    if (this.#uses[value] === 1 && this.#isAlone(value) && !this.#locals.has(value)) this.#compute(value);
    else {
      this.#code.get(this.#materialise(value));
      this.#used(value);
    }
  }

  /** Not one of several results. */
  #isAlone(value: Value): boolean {
    return this.#given.has(value) || this.#graph.at(value).choice === undefined;
  }

  /** The value on the stack. */
  #compute(value: Value): void {
    const given = this.#given.get(value);
    if (given !== undefined) {
      given();
      return;
    }
    const { args, write } = this.#graph.at(value);
    for (const arg of args) this.#push(arg);
    write(this.#code);
  }

  #materialise(value: Value): Local {
    const known = this.#locals.get(value);
    if (known !== undefined) return known;
    const { choice, type } = this.#graph.at(value);
    if (choice !== undefined && !this.#isAlone(value)) {
      this.#decide(choice);
      return this.#locals.get(value) as Local; // set by decide
    }
    this.#compute(value);
    return this.#keep(value, type);
  }

  #keep(value: Value, type: ValueType): Local {
    const local = this.#code.local(type);
    this.#code.set(local);
    this.#locals.set(value, local);
    return local;
  }

  #decide({ condition, usual, rare, scope, results }: Choice): void {
    const code = this.#code;
    usual.forEach((value, i) => {
      this.#push(value);
      this.#keep(results[i] as Value, 'v128'); // as many results as values
    });
    for (const outside of this.#outside(rare, scope)) this.#materialise(outside);
    this.#materialise(condition);
    this.#push(condition);
    code
      .op('i32x4Bitmask')
      .i32(15)
      .op('i32Ne')
      .if(() => {
        rare.forEach((value, i) => {
          const local = this.#locals.get(results[i] as Value) as Local; // set above
          code.get(local);
          this.#push(value);
          code.get(this.#locals.get(condition) as Local); // materialised above, and not released: results still count
          code.op('v128Bitselect').set(local);
        });
      });
    for (const result of results)
      if (this.#uses[result] === 0) this.#drop(result);
      else this.#used(condition);
  }

  /** What an arm reads from outside: it must exist before the arm, which may be skipped. */
  #outside(roots: readonly Value[], scope: number): Set<Value> {
    const found = new Set<Value>();
    const seen = new Set<Value>();
    const visit = (value: Value): void => {
      if (seen.has(value)) return;
      seen.add(value);
      if (this.#graph.at(value).scope < scope) found.add(value);
      else readBy(this.#graph, value).forEach(visit);
    };
    roots.forEach(visit);
    return found;
  }

  #used(value: Value): void {
    const left = (this.#left[value] ?? 0) - 1;
    this.#left[value] = left;
    if (left === 0 && !this.#pinned.has(value)) this.#drop(value);
  }

  #drop(value: Value): void {
    const local = this.#locals.get(value);
    if (local !== undefined) this.#code.release(local);
    this.#locals.delete(value);
  }
}
