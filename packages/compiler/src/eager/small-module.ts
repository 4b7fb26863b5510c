import { type AnyPrimitive, bindAny, record } from '@throughline/autograd/back-end';
import type { Storage, TensorType } from '@throughline/tensor';
import { emit, firstAddress } from '../emit/driver.ts';
import { lower } from '../lower/lower.ts';
import { layOut } from '../plan/memory.ts';
import { windowOn } from '../run/transfer.ts';

const PAGE = 65536;

/** The memory that all small modules use in turn: what one leaves there, none reads. Made when first needed. */
let memory: WebAssembly.Memory | undefined;

function memoryOf(pages: number): WebAssembly.Memory {
  memory ??= new WebAssembly.Memory({ initial: pages });
  const missing = pages - memory.buffer.byteLength / PAGE;
  if (missing > 0) memory.grow(missing);
  return memory;
}

/** One primitive for operands of given types, all of one dtype, which is also the result's, as a module. */
export class SmallModule {
  readonly #run: (thread: number, threads: number) => void;
  readonly #pages: number;
  readonly #data: ReadonlyMap<number, Uint8Array>;
  readonly #inputs: readonly number[];
  readonly #output: number;
  readonly #type: TensorType;

  constructor(primitive: AnyPrimitive, types: readonly TensorType[], params: unknown) {
    const { program } = record(types, (xs) => bindAny(primitive, xs, params));
    const plan = lower(program);
    const layout = layOut(plan, firstAddress);
    const { bytes, pages, data } = emit(plan, layout, { fast: false, defineBarrier: null, threads: 1 });
    const addressOf = (buffer: number): number => layout.addresses[buffer] as number; // one per buffer
    const [output] = plan.outputs;
    const type = program.types[program.outputs[0] ?? -1];
    if (output === undefined || type === undefined) throw new RangeError(`${primitive.name} gives nothing`);
    this.#pages = pages;
    this.#data = data;
    this.#inputs = plan.inputs.map(addressOf);
    this.#output = addressOf(output.buffer);
    this.#type = type;
    const env = { memory: memoryOf(pages) };
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env });
    this.#run = instance.exports.run as (thread: number, threads: number) => void; // as emit exports it
  }

  /** Computes the first elements of the result, as many as `out` holds, from as many of the operands as they hold. */
  run(inputs: readonly Storage[], out: Storage): void {
    const own = memoryOf(this.#pages);
    for (const [address, bytes] of this.#data) new Uint8Array(own.buffer, address).set(bytes);
    inputs.forEach((elements, i) => {
      windowOn(own, this.#type.dtype, this.#inputs[i] as number, elements.length).set(elements); // one per operand
    });
    this.#run(0, 1);
    out.set(windowOn(own, this.#type.dtype, this.#output, out.length));
  }
}
