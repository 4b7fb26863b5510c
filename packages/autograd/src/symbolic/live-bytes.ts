/** @file Bytes of a Program's values, and what of them is alive at a time. */
import { dtypes, sizeOf, type TensorType } from '@throughline/tensor';
import { lastReads } from '../evaluate.ts';
import { bodiesOf, type Equation, type Program, typeOf, type VarId } from '../program.ts';

export const bytesOf = ({ dtype, shape }: TensorType): number => dtypes[dtype].bytes * sizeOf(shape);

/** Whether a kernel hands its operand's memory on: the same elements in the same order. */
export function sharesMemory({ primitive, params }: Equation, x: TensorType | undefined, y: TensorType): boolean {
  const { semantics } = primitive;
  if (semantics.kind === 'map') return 'input' in semantics.expression;
  if (semantics.kind !== 'view' || x === undefined) return false;
  const [piece, ...others] = semantics.pieces([x], [y], params);
  if (piece === undefined || others.length > 0 || sizeOf(piece.shape) !== sizeOf(x.shape)) return false;
  return sizeOf(x.shape) === sizeOf(y.shape) && JSON.stringify(piece.from) === JSON.stringify(piece.to);
}

/** Memory that some values look at. */
interface Block {
  readonly bytes: number;
  values: number;
}

/** The most that is alive at a time while a Program is interpreted; its inputs and constants are so throughout. */
export function liveBytes(program: Program, inputBytes: number): number {
  const constantBytes = [...program.constants.values()].reduce((sum, value) => sum + bytesOf(value), 0);
  const dying = lastReads(program);
  const blocks = new Map<VarId, Block>();
  let alive = inputBytes + constantBytes;
  let peak = alive;
  program.equations.forEach((equation, e) => {
    const [first] = equation.inputs;
    const x = first === undefined ? undefined : typeOf(program, first);
    for (const id of equation.outputs) {
      const type = typeOf(program, id);
      const shares = sharesMemory(equation, x, type);
      const own = { bytes: shares ? 0 : bytesOf(type), values: 0 }; // what shares an input's is there anyway
      const block = (shares && first !== undefined ? blocks.get(first) : undefined) ?? own;
      if (block.values++ === 0) alive += block.bytes;
      blocks.set(id, block);
    }
    peak = Math.max(peak, alive + Math.max(0, ...bodiesOf(equation).map(([, body]) => liveBytes(body, 0))));
    for (const id of dying[e] ?? []) {
      const block = blocks.get(id);
      if (block !== undefined && --block.values === 0) alive -= block.bytes;
    }
  });
  return peak;
}
