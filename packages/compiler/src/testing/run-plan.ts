/** @file Plans run by plain loops and the reference kernels: what lowering is held against, without a byte of WebAssembly. */
import { evaluateExpression } from '@throughline/autograd/testing';
import { type Concrete, dtypes, fromStorage, kernels, type Shape, type Storage, sizeOf } from '@throughline/tensor';
import type { Access, ContractKernel, Kernel, LoopId, Node, Plan, RecurrenceKernel } from '../plan/ir.ts';
import type { Layout } from '../plan/memory.ts';
import { windowOn } from '../run/transfer.ts';

type Places = ReadonlyMap<LoopId, number>;

/** Runs a plan on arguments, in memory laid out as `layout` says, and gives its results. */
export function runPlan(
  plan: Plan,
  layout: Layout,
  args: readonly Concrete[],
  types: readonly { dtype: Concrete['dtype']; shape: Shape }[],
): Concrete[] {
  const machine = new Machine(plan, layout);
  plan.inputs.forEach((buffer, i) => {
    machine.window(buffer).set((args[i] as Concrete).storage); // one per input
  });
  for (const [buffer, { storage }] of plan.constants) machine.window(buffer).set(storage);
  machine.list(plan.kernels, new Map());
  return types.map(({ dtype, shape }, k) =>
    machine.tensor(plan.outputs[k] as Access, shape, dtype, new Map(), 'dense'),
  ); // one per output
}

class Machine {
  readonly #memory: { buffer: ArrayBuffer };
  readonly #plan: Plan;
  readonly #layout: Layout;
  readonly #packed = new Map<number, Concrete>();

  constructor(plan: Plan, layout: Layout) {
    this.#plan = plan;
    this.#layout = layout;
    this.#memory = { buffer: new ArrayBuffer(layout.bytes) };
    new Uint8Array(this.#memory.buffer).fill(0xa5); // nothing may rely on zeros
  }

  window(buffer: number): Storage {
    const { dtype, length } = this.#plan.buffers[buffer] as Plan['buffers'][number]; // ids are indices
    return windowOn(this.#memory as WebAssembly.Memory, dtype, this.#layout.addresses[buffer] as number, length);
  }

  list(kernelList: readonly Kernel[], places: Places): void {
    for (const kernel of kernelList) this.#run(kernel, places);
  }

  /** Elements of an access over a shape, copied. */
  tensor(access: Access, shape: Shape, dtype: Concrete['dtype'], places: Places, how?: 'dense'): Concrete {
    const window = this.window(access.buffer);
    const storage = dtypes[dtype].allocate(sizeOf(shape));
    const strides = how === 'dense' ? denseOf(shape) : access.strides;
    const base = baseOf(access, places);
    let next = 0;
    for (const index of indicesOf(shape)) {
      const at = base + dot(strides, index);
      if (at < 0 || at >= window.length) throw new RangeError(`element ${at} of ${window.length}`);
      storage[next++] = window[at] as number; // in range
    }
    return fromStorage(storage, dtype, shape);
  }

  #put(access: Access, value: Concrete, places: Places): void {
    const window = this.window(access.buffer);
    const base = baseOf(access, places);
    let next = 0;
    for (const index of indicesOf(value.shape)) {
      const at = base + dot(access.strides, index);
      if (at < 0 || at >= window.length) throw new RangeError(`element ${at} of ${window.length}`);
      window[at] = value.storage[next++] as number; // as many as there are indices
    }
  }

  #run(kernel: Kernel, places: Places): void {
    switch (kernel.kind) {
      case 'map': {
        for (const index of indicesOf(kernel.shape)) {
          const values = this.#nodes(kernel.nodes, index, places);
          for (const { node, access } of kernel.stores) {
            this.window(access.buffer)[baseOf(access, places) + dot(access.strides, index)] = values[node] as number; // in order
          }
        }
        return;
      }
      case 'reduce': {
        const shape = [...kernel.kept, ...kernel.reduced];
        const { dtype } = kernel.nodes[kernel.node] as Node; // an index
        const storage = dtypes[dtype].allocate(sizeOf(shape));
        let next = 0;
        for (const index of indicesOf(shape))
          storage[next++] = this.#nodes(kernel.nodes, index, places)[kernel.node] as number; // as above
        const flat = fromStorage(storage, dtype, [sizeOf(kernel.kept), sizeOf(kernel.reduced)]);
        const f = { sum: kernels.sum, maximum: kernels.max, minimum: kernels.min }[kernel.combine as 'sum'];
        const result = kernel.combine === 'argMaximum' ? kernels.argmax(flat, 1) : f(flat, [1]);
        this.#put(kernel.out, fromStorage(result.storage, result.dtype, kernel.kept), places);
        return;
      }
      case 'contract':
        this.#contract(kernel, places);
        return;
      case 'pack':
        // what it lays out, as it is now, under the name of the buffer that gets it
        this.#packed.set(kernel.into.buffer, this.#operand(kernel.contract, 'b', places));
        return;
      case 'gather':
        for (const index of indicesOf(kernel.shape)) {
          const k = this.window(kernel.indices.buffer)[
            baseOf(kernel.indices, places) + dot(kernel.indices.strides, index)
          ] as number; // in range
          const row = k < 0 ? k + kernel.extent : k;
          const from = baseOf(kernel.x, places) + dot(kernel.x.strides, index) + row * kernel.stride;
          this.window(kernel.out.buffer)[baseOf(kernel.out, places) + dot(kernel.out.strides, index)] = this.window(
            kernel.x.buffer,
          )[from] as number; // in range
        }
        return;
      case 'scatter': {
        const out = this.window(kernel.out.buffer);
        const start = baseOf(kernel.out, places);
        out.fill(0, start, start + kernel.target);
        for (const index of indicesOf(kernel.shape)) {
          const k = this.window(kernel.indices.buffer)[
            baseOf(kernel.indices, places) + dot(kernel.indices.strides, index)
          ] as number; // in range
          const to = start + dot(kernel.out.strides, index) + (k < 0 ? k + kernel.extent : k) * kernel.stride;
          const update = this.window(kernel.updates.buffer)[
            baseOf(kernel.updates, places) + dot(kernel.updates.strides, index)
          ] as number; // in range
          out[to] = (out[to] as number) + update; // in range
        }
        return;
      }
      case 'recurrence':
        this.#recurrence(kernel, places);
        return;
      case 'loop':
        for (let n = 0; n < kernel.length; n++) {
          this.list(kernel.body, new Map([...places, [kernel.id, kernel.reverse ? kernel.length - 1 - n : n]]));
        }
        return;
      case 'while':
        for (let n = 0; ; n++) {
          const inner = new Map([...places, [kernel.id, n]]);
          this.list(kernel.test, inner);
          if (this.window(kernel.predicate.buffer)[baseOf(kernel.predicate, inner)] === 0) return;
          this.list(kernel.body, inner);
        }
      case 'branch':
        this.list(
          this.window(kernel.predicate.buffer)[baseOf(kernel.predicate, places)] !== 0 ? kernel.onTrue : kernel.onFalse,
          places,
        );
        return;
      case 'host': {
        const inputs = kernel.inputs.map(({ access, type }) =>
          this.tensor(access, type.shape, type.dtype, places, 'dense'),
        );
        const results = kernel.primitive.eval(inputs, kernel.params);
        kernel.outputs.forEach(({ access }, k) => {
          this.#put(access, results[k] as Concrete, places); // one per output
        });
        return;
      }
      default:
        throw new RangeError(`a plan is run without ${kernel.kind}`);
    }
  }

  #operand(kernel: ContractKernel, which: 'a' | 'b', places: Places): Concrete {
    const labels = [...kernel.kept, ...kernel.summed];
    const access = { ...kernel[which], strides: labels.map((label) => label[which]) };
    return this.tensor(
      access,
      labels.map(({ extent }) => extent),
      kernel.dtype,
      places,
    );
  }

  #contract(kernel: ContractKernel, places: Places): void {
    const a = this.#operand(kernel, 'a', places);
    const b = (kernel.packed && this.#packed.get(kernel.packed.buffer)) ?? this.#operand(kernel, 'b', places);
    const all = a.shape.map((_, i) => i);
    const product = kernels.contract(a, b, { a: all, b: all, out: kernel.kept.map((_, i) => i) });
    this.#put({ ...kernel.out, strides: kernel.kept.map(({ out }) => out) }, product, places);
  }

  #recurrence({ shape, dtype, reverse, ...kernel }: RecurrenceKernel, places: Places): void {
    const [a, b] = [this.tensor(kernel.a, shape, dtype, places), this.tensor(kernel.b, shape, dtype, places)];
    const first = kernel.from && { ...kernel.from, strides: kernel.from.strides.slice(1) };
    const from = first && this.tensor(first, shape.slice(1), dtype, places);
    this.#put(kernel.out, kernels.linearRecurrence(a, b, from, reverse), places);
  }

  #nodes(nodes: readonly Node[], index: readonly number[], places: Places): number[] {
    const values: number[] = [];
    for (const node of nodes) {
      if (node.kind === 'load')
        values.push(
          this.window(node.access.buffer)[baseOf(node.access, places) + dot(node.access.strides, index)] as number,
        ); // in range
      else if (node.kind === 'constant') values.push(node.dtype === 'float32' ? Math.fround(node.value) : node.value);
      else {
        const first = nodes[node.args[node.op === 'select' ? 1 : 0] as number] as Node; // an earlier node
        const inputs = node.args.map((_, i) => ({ input: i }));
        const expression =
          typeof node.op === 'string' ? { op: node.op, args: inputs } : { function: node.op, args: inputs };
        const args = node.args.map((arg) => values[arg] as number); // earlier
        values.push(evaluateExpression(expression, first.dtype, args, node.dtype));
      }
    }
    return values;
  }
}

const dot = (strides: readonly number[], index: readonly number[]): number =>
  strides.reduce((sum, stride, i) => sum + stride * (index[i] ?? 0), 0);

const baseOf = ({ offset, steps }: Access, places: Places): number =>
  steps.reduce((sum, { loop, stride }) => sum + stride * (places.get(loop) ?? Number.NaN), offset);

const denseOf = (shape: Shape): number[] => shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));

export function* indicesOf(shape: Shape): Generator<number[]> {
  const index = shape.map(() => 0);
  for (let count = sizeOf(shape); count > 0; count--) {
    yield index;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] as number) + 1; // axis < length
      if ((index[axis] as number) < (shape[axis] as number)) break; // as above
      index[axis] = 0;
    }
  }
}
