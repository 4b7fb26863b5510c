import { type Equation, type Piece, type Program, typeOf, type VarId } from '@throughline/autograd/back-end';
import { type Shape, sizeOf, stridesOf, type TensorType } from '@throughline/tensor';
import type { Access, Kernel, Stored } from '../plan/ir.ts';
import { AGAIN } from '../transcendental.ts';
import { isContiguous, sameAccess, viewAccess, withStrides } from './access.ts';
import { applied, constant, type Expression, load, placeOf, viewed } from './expression.ts';
import { Fusion } from './fusion.ts';
import { Homes, piecesOf } from './homes.ts';
import type { Lowering } from './lowering.ts';
import { mapsFirst } from './order.ts';

/** One Program, or body of one, on its way to kernels: its variables as expressions, its kernels in order. */
export class Block {
  readonly lowering: Lowering;
  readonly program: Program;
  readonly kernels: Kernel[] = [];
  readonly homes: Homes;
  readonly #fusion: Fusion;
  readonly #values: (Expression | undefined)[];
  readonly #uses: Uint32Array;

  /** `inputs` say where the Program's inputs are, one expression each. */
  constructor(lowering: Lowering, program: Program, inputs: readonly Expression[]) {
    this.lowering = lowering;
    this.program = program;
    this.homes = new Homes(program, lowering);
    this.#fusion = new Fusion(lowering, this.kernels);
    this.#values = new Array(program.types.length);
    program.inputs.forEach((id, i) => {
      this.#values[id] = inputs[i];
    });
    for (const [id, value] of program.constants) {
      const { storage, shape, dtype } = value;
      const isScalar = storage.length === 1;
      this.#values[id] = isScalar
        ? constant(storage[0] as number, shape, dtype) // length 1
        : load(lowering.constant(value), shape, dtype);
    }
    this.#uses = new Uint32Array(program.types.length);
    for (const { inputs: read } of program.equations) for (const id of read) this.#uses[id] = (this.#uses[id] ?? 0) + 1;
  }

  /** Lowers all equations. Before it, `homes.want` may say where results go; after it, `assign` or `place` them, then `finish`. */
  run(): void {
    this.homes.settle();
    for (const equation of mapsFirst(this.program)) this.lowering.equation(this, equation);
  }

  /** Computes all that was asked for and is not there yet. */
  finish(): readonly Kernel[] {
    this.#fusion.flushAll();
    return this.kernels;
  }

  type(id: VarId): TensorType {
    return typeOf(this.program, id);
  }

  read(id: VarId): Expression {
    return this.#values[id] as Expression; // verify: defined before use
  }

  /** Where a variable is in memory, from now on. */
  place(id: VarId): Access {
    return this.#fusion.place(this.read(id));
  }

  /** Stores what waits in an expression: a kernel of its own would compute it again. */
  placeWaiting(expression: Expression): void {
    for (const part of this.#fusion.waitingIn(expression)) this.#fusion.place(part);
  }

  /** Stores a variable's elements somewhere, unless they are there. */
  assign(id: VarId, access: Access): void {
    const expression = this.read(id);
    const at = placeOf(expression);
    if (at !== undefined && sameAccess(at, access)) return;
    const home = this.homes.of(id);
    if (expression.kind === 'op' && home !== undefined && sameAccess(home, access)) return; // it waits
    this.#fusion.store(expression, access);
  }

  /** Stores the elements of an expression somewhere now. */
  storeNow(expression: Expression, access: Access): void {
    this.#fusion.storeNow(expression, access);
  }

  /** A place for a result of an equation: its home, or a buffer of its own. */
  homeOf(id: VarId): Access {
    return this.homes.of(id) ?? this.lowering.buffer(this.type(id));
  }

  /** What an equation gives, when it is in memory. */
  define(id: VarId, access: Access): void {
    const { shape, dtype } = this.type(id);
    this.#values[id] = load(access, shape, dtype);
  }

  defineAll(ids: readonly VarId[], places: readonly Access[]): void {
    ids.forEach((id, k) => {
      this.define(id, places[k] as Access); // one place each
    });
  }

  /** Adds the kernel of an equation, whose results it leaves in these places. */
  push(kernel: Kernel, { origin, outputs }: Equation, places: readonly Access[]): void {
    this.kernels.push(origin === undefined ? kernel : { ...kernel, origins: [...(kernel.origins ?? []), origin] });
    this.defineAll(outputs, places);
  }

  /** Remembers why something is stored. */
  note(equation: Equation, why: Stored['why']): void {
    this.lowering.stored.push({ equation, program: this.program, why });
  }

  /** A map: an expression of its operands' expressions, stored when it must be. */
  map(equation: Equation): void {
    const { semantics } = equation.primitive;
    const id = equation.outputs[0] as VarId; // maps have one result
    const { shape, dtype } = this.type(id);
    if (semantics.kind !== 'map') return;
    const operands = equation.inputs.map((input) => this.read(input));
    const expression = applied(semantics.expression, operands, shape, dtype);
    expression.origin ??= equation.origin;
    this.#values[id] = expression;
    const again = (this.#uses[id] ?? 0) > 1 && expression.cost > AGAIN;
    const why = this.homes.needed.has(id) ? 'needed' : again ? 'again' : expression.cost > 4 * 64 ? 'long' : null;
    if (why !== null) {
      this.note(equation, why);
      this.#fusion.store(expression, this.homeOf(id), equation.origin);
    }
  }

  /** A view: the same expression at other places, or copies. */
  view(equation: Equation): void {
    const pieces = piecesOf(this.program, equation);
    equation.outputs.forEach((id, k) => {
      const own = pieces.filter(({ output }) => output === k);
      const home = this.homes.of(id);
      const only = own.length === 1 ? this.#viewOf(equation, own[0] as Piece, this.type(id)) : null; // length 1
      if (only === null || (home !== undefined && this.#isMoved(only, home))) this.#copy(equation, id, own);
      else this.#values[id] = only;
    });
  }

  /** Whether a view that has a home is not there by itself. */
  #isMoved(expression: Expression, home: Access): boolean {
    const at = placeOf(expression);
    return at === undefined || !sameAccess(at, home);
  }

  #viewOf(equation: Equation, piece: Piece, { shape }: TensorType): Expression | null {
    if (sizeOf(piece.shape) !== sizeOf(shape)) return null;
    const id = equation.inputs[piece.input] as VarId; // pieces name operands
    const operand = this.read(id);
    const grows = piece.from.strides.some((stride, i) => stride === 0 && (piece.shape[i] ?? 1) > 1);
    // what is repeated is computed once
    if (operand.kind === 'op' && (grows || this.homes.needed.has(id))) {
      if (grows) this.note(equation, 'repeated');
      const access = viewAccess(this.#fusion.place(operand), operand.shape, piece, shape);
      return access === null ? null : load(access, shape, operand.dtype);
    }
    this.placeWaiting(operand);
    return viewed(operand, shape, (access, of) => viewAccess(access, of, piece, shape));
  }

  /** Copies pieces to where the result goes, but for those that are there already. */
  #copy(equation: Equation, id: VarId, pieces: readonly Piece[]): void {
    const { primitive, origin } = equation;
    const { shape, dtype } = this.type(id);
    const home = this.homeOf(id);
    const isDirect = pieces.every((piece) => targetOf(piece, home, shape) !== null);
    const target = isDirect ? home : this.lowering.buffer({ shape, dtype }); // strides may not say where pieces go
    const covered = pieces.reduce((sum, piece) => sum + sizeOf(piece.shape), 0);
    const fill = primitive.semantics.kind === 'view' ? (primitive.semantics.fill ?? 0) : 0;
    if (covered < sizeOf(shape)) {
      this.#fusion.storeNow(constant(fill, shape, dtype), target, origin); // the pieces come after it
    }
    for (const piece of pieces) this.#copyPiece(equation, piece, target, shape);
    for (const piece of pieces) this.#fusion.flush(piece);
    for (const id of equation.inputs) this.#fusion.flush(this.type(id));
    if (!isDirect) this.#fusion.storeNow(load(target, shape, dtype), home, origin);
    this.define(id, home);
  }

  #copyPiece(equation: Equation, piece: Piece, home: Access, shape: Shape): void {
    if (sizeOf(piece.shape) === 0) return;
    const id = equation.inputs[piece.input] as VarId; // pieces name operands
    const operand = this.read(id);
    const dense = stridesOf(piece.shape);
    const taken: Piece = { ...piece, to: { offset: 0, strides: dense } };
    const there = targetOf(piece, home, shape) as Access; // see #copy
    const wanted = this.homes.of(id);
    if (wanted !== undefined && sizeOf(piece.shape) === sizeOf(operand.shape)) {
      const own = viewAccess(wanted, operand.shape, taken, piece.shape);
      const elsewhere = operand.kind === 'load' && !sameAccess(operand.access, wanted); // a carry lives in its own stack
      if (own !== null && sameAccess(own, there) && !elsewhere) return; // there, or waiting to be
    }
    this.note(equation, 'moved');
    this.#fusion.store(this.#piece(operand, taken), there, equation.origin);
  }

  /** What a piece takes of its operand, over the piece's shape. */
  #piece(operand: Expression, piece: Piece): Expression {
    const { shape, from } = piece;
    const isAll = from.offset === 0 && `${shape} ${from.strides}` === `${operand.shape} ${stridesOf(operand.shape)}`;
    if (isAll) return operand; // so that storing it twice does not compute it twice
    if (operand.kind === 'op') this.#fusion.place(operand);
    const seen = viewed(operand, shape, (access, of) => viewAccess(access, of, piece, shape));
    return seen ?? this.#fromDense(operand, piece, shape);
  }

  /** A view of a copy that lies row-major: every view has strides there. */
  #fromDense(operand: Expression, piece: Piece, shape: Shape): Expression {
    const access = this.dense(operand);
    return load(withStrides(access, piece.from.strides, piece.from.offset), shape, operand.dtype);
  }

  /** An expression in memory row-major, without gaps. */
  dense(expression: Expression): Access {
    const access = this.#fusion.place(expression);
    if (isContiguous(access, expression.shape)) return withStrides(access, stridesOf(expression.shape));
    const copy = this.lowering.buffer(expression);
    this.#fusion.storeNow(load(access, expression.shape, expression.dtype), copy);
    return copy;
  }
}

/** The places of a piece in the whole, over its own shape. */
const targetOf = ({ shape, to, ...piece }: Piece, home: Access, whole: Shape): Access | null =>
  viewAccess(home, whole, { ...piece, shape, from: to, to: { offset: 0, strides: stridesOf(shape) } }, shape);
