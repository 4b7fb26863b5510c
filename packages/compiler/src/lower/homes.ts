import { type Equation, type Piece, type Program, typeOf, type VarId } from '@throughline/autograd/back-end';
import { type Shape, sizeOf } from '@throughline/tensor';
import type { Access } from '../plan/ir.ts';
import { viewAccess } from './access.ts';
import type { Lowering } from './lowering.ts';

/** The affine copies that a view is, or nothing for other equations. */
export function piecesOf(program: Program, { primitive, inputs, outputs, params }: Equation): readonly Piece[] {
  const { semantics } = primitive;
  if (semantics.kind !== 'view') return [];
  const types = (ids: readonly VarId[]) => ids.map((id) => typeOf(program, id));
  return semantics.pieces(types(inputs), types(outputs), params);
}

/**
 * Where values are to be stored, decided from the end of a block: what is joined is stored in its part of the whole, what
 * leaves a loop in its row of the stack, so that nothing is copied afterwards.
 */
export class Homes {
  readonly #program: Program;
  readonly #lowering: Lowering;
  /** What kernels give. */
  readonly #results: ReadonlySet<VarId>;
  readonly #homes = new Map<VarId, Access>();
  /** What something other than a map will read from memory. */
  readonly needed = new Set<VarId>();

  constructor(program: Program, lowering: Lowering) {
    this.#program = program;
    this.#lowering = lowering;
    this.#results = new Set(program.equations.flatMap(({ outputs }) => outputs));
  }

  of(id: VarId): Access | undefined {
    return this.#homes.get(id);
  }

  /** Asks that a variable be stored somewhere: in vain when it is no kernel's result, or has a home already. */
  want(id: VarId, access: Access): void {
    if (!this.#results.has(id) || this.#homes.has(id)) return;
    this.#homes.set(id, access);
    this.needed.add(id);
  }

  /** Hands homes on from results of views to what they are views of. */
  settle(): void {
    for (const equation of this.#program.equations.toReversed()) {
      const { kind } = equation.primitive.semantics;
      if (kind === 'view') this.#settleView(equation);
      else if (kind !== 'map' && kind !== 'reduce') for (const id of equation.inputs) this.needed.add(id);
    }
  }

  #settleView(equation: Equation): void {
    const { inputs, outputs } = equation;
    if (!outputs.some((id) => this.needed.has(id))) return;
    for (const id of inputs) this.needed.add(id);
    const pieces = piecesOf(this.#program, equation);
    const joined = outputs[0];
    if (joined === undefined || outputs.length > 1) return;
    const shape = this.#shape(joined);
    if (pieces.length > 1 && !this.#homes.has(joined)) {
      this.#homes.set(joined, this.#lowering.buffer(typeOf(this.#program, joined)));
    }
    const home = this.#homes.get(joined);
    const covered = pieces.reduce((sum, piece) => sum + sizeOf(piece.shape), 0);
    if (home === undefined || covered < sizeOf(shape)) return; // a fill would wipe out what is there before it
    for (const piece of pieces) {
      const id = inputs[piece.input];
      if (id === undefined) continue;
      // null unless the piece takes each element of its operand once
      const there = viewAccess(home, shape, { ...piece, from: piece.to, to: piece.from }, this.#shape(id));
      if (there !== null) this.want(id, there);
    }
  }

  #shape(id: VarId): Shape {
    return typeOf(this.#program, id).shape;
  }
}
