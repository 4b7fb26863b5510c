import { ensure } from '../collections.ts';
import { Bytes } from './bytes.ts';
import { Code, type FunctionIndex, type GlobalIndex, type Local } from './code.ts';
import { types, type ValueType } from './opcodes.ts';

/** What a function takes and gives. */
export interface Signature {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** Writes a function's instructions; its parameters are locals. */
export type Build = (code: Code, parameters: readonly Local[]) => void;

/** A limit on the pages (64 KiB) of memory. */
export interface MemoryType {
  readonly pages: number;
  readonly shared: boolean;
}

/** A WebAssembly module that is being written. It imports one memory, `env.memory`, and functions; imports come before definitions. */
export class Module {
  readonly #types: string[] = [];
  readonly #imports: { name: string; type: number }[] = [];
  readonly #functions: { type: number; code: Code }[] = [];
  #globals = 0;
  readonly #exports: { name: string; index: number }[] = [];
  /** Functions that many may call. */
  readonly shared = new Map<string, FunctionIndex>();
  #memory: MemoryType = { pages: 1, shared: false };

  memory(type: MemoryType): void {
    this.#memory = type;
  }

  /** A function from outside, `env.name`. */
  importFunction(name: string, signature: Signature): FunctionIndex {
    if (this.#functions.length > 0) throw new RangeError('imports come before definitions');
    return this.#imports.push({ name, type: this.#type(signature) }) - 1;
  }

  /** Defines a function; `build` writes it at once. */
  function(signature: Signature, build: Build): FunctionIndex {
    const code = new Code(signature.parameters.length);
    const index = this.#imports.length + this.#functions.push({ type: this.#type(signature), code }) - 1;
    build(
      code,
      signature.parameters.map((type, at) => ({ index: at, type })),
    );
    return index;
  }

  /** A function that many may call, written when it is first asked for. */
  library(key: string, signature: Signature, build: Build): FunctionIndex {
    return ensure(this.shared, key, () => this.function(signature, build));
  }

  /** An i32 of the instance, 0 at first. */
  global(): GlobalIndex {
    return this.#globals++;
  }

  exportFunction(name: string, index: FunctionIndex): void {
    this.#exports.push({ name, index });
  }

  /** All of it; `names` is a section for profilers. */
  bytes(names?: Uint8Array): Uint8Array<ArrayBuffer> {
    const out = new Bytes();
    out.append(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
    const section = <T>(id: number, items: readonly T[], write: (body: Bytes, item: T) => void): void => {
      if (items.length === 0) return;
      const body = new Bytes();
      body.unsigned(items.length);
      for (const item of items) write(body, item);
      out.u8(id);
      out.vector(body.take());
    };
    section(1, this.#types, (b, type) => b.append(new Uint8Array(type.split(',').map(Number))));
    section(2, [this.#memory, ...this.#imports], (b, item) => {
      b.name('env');
      if ('name' in item) {
        b.name(item.name);
        b.u8(0);
        b.unsigned(item.type);
        return;
      }
      const { shared, pages } = item;
      b.name('memory');
      b.u8(2);
      b.u8(shared ? 3 : 0); // one that is not shared may be larger, and grow
      b.unsigned(pages);
      if (shared) b.unsigned(pages);
    });
    section(3, this.#functions, (b, { type }) => b.unsigned(type));
    section(6, new Array(this.#globals).fill(0), (b) => b.append(new Uint8Array([types.i32, 1, 0x41, 0, 0x0b])));
    section(7, this.#exports, (b, { name, index }) => {
      b.name(name);
      b.u8(0); // a function
      b.unsigned(index);
    });
    section(10, this.#functions, (b, { code }) => b.vector(code.finish()));
    if (names !== undefined) {
      out.u8(0);
      out.vector(names);
    }
    return out.take();
  }

  #type({ parameters, results }: Signature): number {
    const list = (all: readonly ValueType[]): number[] => [all.length, ...all.map((type) => types[type])];
    const key = [0x60, ...list(parameters), ...list(results)].join();
    const known = this.#types.indexOf(key);
    return known >= 0 ? known : this.#types.push(key) - 1;
  }
}
