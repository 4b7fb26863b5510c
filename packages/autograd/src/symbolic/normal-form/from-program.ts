import type { Concrete, TensorType } from '@throughline/tensor';
import { sizeOf, stridesOf } from '@throughline/tensor';
import { paramKey } from '../../params.ts';
import { type Equation, isProgram, type ParamValue, type Program, typeOf, type VarId } from '../../program.ts';
import type { Piece, ScalarExpression } from '../../semantics.ts';
import { EMPTY, formKey } from './algebra.ts';
import type { Form } from './form.ts';
import type { Functions } from './functions.ts';
import { combine, divide, fixed, type Index, NONE, type Place, placeIndex } from './places.ts';
import { ONE, sameRatio } from './rational.ts';
import { withoutCalls } from './without-calls.ts';

/** A value's form, over places of its own, one per axis (0 where the extent is 1). */
export interface Framed {
  readonly form: Form;
  readonly frame: readonly Index[];
}

/** The forms of a Program's outputs; inputs are atoms, by number. */
export function formsOf(program: Program, functions: Functions): Framed[] {
  return new Reader(withoutCalls(program), functions).outputs();
}

/** The form at other indices. */
export function place({ form, frame }: Framed, at: readonly Index[], functions: Functions): Form {
  const by = new Map<Place, Index>();
  frame.forEach((index, axis) => {
    const [term] = index.terms;
    const target = at[axis];
    if (term !== undefined && 'place' in term.base && target !== undefined) by.set(term.base.place, target);
  });
  return functions.substitute(form, by);
}

/** Constants of more elements than this are told apart by identity, not by what is in them. */
const LARGE = 4096;

const large = new WeakMap<Concrete, number>();
let count = 0;

class Reader {
  readonly #program: Program;
  readonly #f: Functions;
  readonly #values = new Map<VarId, Framed>();

  constructor(program: Program, functions: Functions) {
    this.#program = program;
    this.#f = functions;
  }

  outputs(): Framed[] {
    const program = this.#program;
    program.inputs.forEach((id, i) => {
      this.#set(id, (frame) => this.#leaf(`input ${i}`, frame, typeOf(program, id)));
    });
    for (const [id, value] of program.constants) this.#set(id, (frame) => this.#constant(value, frame));
    for (const equation of program.equations) {
      equation.outputs.forEach((id, k) => {
        this.#set(id, (frame) => this.#output(equation, k, frame));
      });
    }
    return program.outputs.map((id) => this.#value(id));
  }

  #value(id: VarId): Framed {
    return this.#values.get(id) ?? { form: EMPTY, frame: [] }; // verify: defined before use
  }

  #set(id: VarId, make: (frame: readonly Index[]) => Form): void {
    const frame = this.frame(typeOf(this.#program, id));
    this.#values.set(id, { frame, form: make(frame) });
  }

  frame({ shape }: TensorType): Index[] {
    return shape.map((extent) => (extent === 1 ? NONE : placeIndex(this.#f.fresh(extent))));
  }

  #at(id: VarId | undefined, indices: readonly Index[]): Form {
    return id === undefined ? EMPTY : place(this.#value(id), indices, this.#f);
  }

  #isInteger(id: VarId): boolean {
    return typeOf(this.#program, id).dtype === 'int32';
  }

  /**
   * A value as the number that it is. Sums and products of integers wrap, so that a form of integers stands for all that
   * differ by multiples of 2³²: what compares or converts them has to know which of these it is.
   */
  #number(id: VarId | undefined, frame: readonly Index[]): Form {
    const form = this.#at(id, frame);
    return id === undefined || !this.#isInteger(id) || staysInRange(form) ? form : this.#f.function('int32', [form]);
  }

  #leaf(name: string, frame: readonly Index[], { dtype }: TensorType): Form {
    return this.#f.of(this.#f.atom(name, [], { isChoice: dtype === 'bool' }), frame);
  }

  #constant(value: Concrete, frame: readonly Index[]): Form {
    const first = value.storage[0];
    if (first === undefined) return EMPTY;
    if (value.storage.every((x) => Object.is(x, first))) return this.#f.real(first);
    const known = large.get(value) ?? ++count;
    if (value.size > LARGE) large.set(value, known);
    const name = value.size > LARGE ? `constant ${known}` : `constant [${value.shape}] ${[...value.storage].join()}`;
    return this.#leaf(name, frame, value);
  }

  #output(equation: Equation, k: number, frame: readonly Index[]): Form {
    const { primitive, inputs, params } = equation;
    const { semantics } = primitive;
    switch (semantics.kind) {
      case 'map': {
        const { expression } = semantics;
        if ('op' in expression && expression.op === 'cast') return this.#cast(equation, frame);
        const isRing = wrapsAlike(expression);
        if (!isRing && inputs.some((id) => this.#isInteger(id)) && !isOneOperation(expression))
          return this.#closed(equation, k, frame);
        return this.#f.expression(
          expression,
          inputs.map((id) => (isRing ? this.#at(id, frame) : this.#number(id, frame))),
        );
      }
      case 'contract':
        return this.#contract(equation, frame);
      case 'reduce':
        return semantics.combine === 'sum' ? this.#sum(equation, frame) : this.#closed(equation, k, frame);
      case 'view': {
        const types = (ids: readonly VarId[]): TensorType[] => ids.map((id) => typeOf(this.#program, id));
        const pieces = semantics
          .pieces(types(inputs), types(equation.outputs), params)
          .filter(({ output }) => output === k);
        return this.#view(equation, k, pieces, semantics.fill, frame) ?? this.#closed(equation, k, frame);
      }
      default:
        return this.#closed(equation, k, frame);
    }
  }

  #cast({ inputs, outputs }: Equation, frame: readonly Index[]): Form {
    const [from, to] = [inputs[0], outputs[0]].map((id) => typeOf(this.#program, id ?? 0).dtype);
    const form = this.#number(inputs[0], frame);
    if (to === 'bool') return this.#f.subtract(this.#f.number(1), this.#f.zero(form));
    if (from === 'bool' || to === from || to === 'float64') return form;
    return this.#f.function(`cast to ${to}`, [form]);
  }

  #contract({ inputs: [a, b], params }: Equation, frame: readonly Index[]): Form {
    const labels = params as unknown as { readonly [key in 'a' | 'b' | 'out']: readonly number[] }; // what contract carries
    const places = new Map<number, Index>();
    const summed: Place[] = [];
    labels.out.forEach((label, axis) => {
      places.set(label, frame[axis] ?? NONE);
    });
    labels.a.forEach((label, axis) => {
      if (places.has(label) || a === undefined) return;
      const own = this.#f.fresh(typeOf(this.#program, a).shape[axis] ?? 1);
      summed.push(own);
      places.set(label, placeIndex(own));
    });
    const at = (id: VarId | undefined, own: readonly number[]): Form =>
      this.#at(
        id,
        own.map((label) => places.get(label) ?? NONE),
      );
    const product = this.#f.multiply(at(a, labels.a), at(b, labels.b));
    return summed.reduce((form, own) => this.#f.sum(form, own), product);
  }

  #sum({ inputs: [x], params }: Equation, frame: readonly Index[]): Form {
    const axes = params.axes as readonly number[]; // what a reduction carries
    if (x === undefined) return EMPTY;
    const left = [...frame];
    const summed: Place[] = [];
    const at = typeOf(this.#program, x).shape.map((extent, axis) => {
      if (!axes.includes(axis)) return left.shift() ?? NONE;
      summed.push(this.#f.fresh(extent));
      return placeIndex(summed.at(-1) ?? 0);
    });
    return summed.reduce((form, own) => this.#f.sum(form, own), this.#at(x, at));
  }

  /** A view as its pieces; undefined where a piece is not of a kind that indices can say. */
  #view(
    equation: Equation,
    k: number,
    pieces: readonly Piece[],
    fill: number | undefined,
    frame: readonly Index[],
  ): Form | undefined {
    const shape = typeOf(this.#program, equation.outputs[k] ?? 0).shape;
    if (sizeOf(shape) === 0) return EMPTY;
    if ((fill ?? 0) !== 0) return undefined;
    const parts: Form[] = [];
    for (const piece of pieces) {
      if (piece.shape.includes(0)) continue;
      const source = equation.inputs[piece.input];
      const walked = walk(piece, shape, frame);
      if (walked === undefined || source === undefined) return undefined;
      const own = piece.shape.map((extent) => this.#f.fresh(extent));
      const flat = combine(
        own.map((p, d) => ({ times: piece.from.strides[d] ?? 0, of: placeIndex(p) })),
        piece.from.offset,
      );
      const at = this.#split(flat, typeOf(this.#program, source));
      const by = new Map(own.map((p, d) => [p, walked[d]?.index ?? NONE]));
      const moved = at.map((index) => replaceAll(index, by, this.#f));
      const ranges = walked.map(({ range }) => (range === undefined ? this.#f.number(1) : this.#f.range(range)));
      parts.push(ranges.reduce((product, range) => this.#f.multiply(product, range), this.#at(source, moved)));
    }
    return this.#f.add(EMPTY, EMPTY, ...parts);
  }

  /** A flat position as one index per axis. */
  #split(flat: Index, { shape }: TensorType): Index[] {
    let rest = flat;
    return stridesOf(shape).map((stride, axis) => {
      if (shape[axis] === 1) return NONE;
      const { quotient, rest: left } = divide(rest, stride, this.#f.extents);
      rest = left;
      return quotient;
    });
  }

  /** What has no law here: an atom that is known by its operands' forms. */
  #closed(equation: Equation, k: number, frame: readonly Index[]): Form {
    const { primitive, params, inputs } = equation;
    const args = inputs.map((id) => {
      const shape = typeOf(this.#program, id).shape;
      return this.#at(
        id,
        shape.map((extent, axis) => (extent === 1 ? NONE : placeIndex(axis + 1))),
      );
    });
    const types = inputs.map((id) => `${typeOf(this.#program, id).dtype}[${typeOf(this.#program, id).shape}]`);
    const op = `${primitive.name}[${this.#paramText(params)}](${types.join()})${equation.outputs.length > 1 ? ` result ${k}` : ''}`;
    const isChoice = typeOf(this.#program, equation.outputs[k] ?? 0).dtype === 'bool';
    return this.#f.of(this.#f.atom(op, args, { isOpen: false, isChoice }), frame);
  }

  #paramText(value: ParamValue | undefined): string {
    if (isProgram(value)) {
      const types = value.inputs.map((id) => `${typeOf(value, id).dtype}[${typeOf(value, id).shape}]`);
      const forms = formsOf(value, this.#f).map((framed) =>
        formKey(
          place(
            framed,
            framed.frame.map((index, axis) => (index === NONE ? NONE : placeIndex(axis + 1))),
            this.#f,
          ),
        ),
      );
      return `(${types.join()}) → ${forms.join('; ')}`;
    }
    const key = paramKey(value);
    if (key !== value) return `${key}`;
    if (Array.isArray(value)) return `[${value.map((item) => this.#paramText(item)).join()}]`;
    if (typeof value === 'object' && value !== null) {
      return Object.entries(value)
        .map(([key, item]) => `${key}=${this.#paramText(item)}`)
        .join();
    }
    return JSON.stringify(value) ?? '';
  }
}

/** Whether an expression of wrapped integers is the wrapped expression: one of sums, products and choices. */
const wrapsAlike = (expression: ScalarExpression): boolean =>
  !('op' in expression) ||
  (['add', 'sub', 'mul', 'neg', 'select'].includes(expression.op) && expression.args.every(wrapsAlike));

const isOneOperation = (expression: ScalarExpression): boolean =>
  !('args' in expression) || expression.args.every((arg) => !('args' in arg));

/** Whether sums of choices, or one integer as it is, are small enough never to wrap. */
function staysInRange(form: Form): boolean {
  const [term, ...more] = form.values();
  if (term === undefined) return true;
  const isPlain = more.length === 0 && term.bound.length === 0 && sameRatio(term.coefficient, ONE);
  const [factor, ...others] = term.factors.filter(({ atom }) => !atom.isChoice);
  if (isPlain && others.length === 0 && (factor === undefined || sameRatio(factor.power, ONE))) return true;
  let size = 0;
  for (const { coefficient, bound, factors } of form.values()) {
    if (factors.some(({ atom }) => !atom.isChoice)) return false;
    size += Math.abs(Number(coefficient.over)) * bound.reduce((a, b) => a * b, 1);
  }
  return size < 2147483648;
}

interface Walked {
  readonly index: Index;
  readonly range?: { readonly of: Index; readonly low: number; readonly high: number };
}

/** Where a piece's own axes stand, in terms of the result's places. */
function walk(piece: Piece, shape: readonly number[], frame: readonly Index[]): Walked[] | undefined {
  const strides = stridesOf(shape);
  const only = piece.shape.length === 1 && piece.to.strides[0] === 1 && shape.length !== 1;
  if (only) {
    const flat = combine(
      frame.map((of, axis) => ({ times: strides[axis] ?? 0, of })),
      -piece.to.offset,
    );
    return (piece.shape[0] ?? 0) === sizeOf(shape) ? [{ index: flat }] : undefined;
  }
  if (piece.shape.length !== shape.length) return undefined;
  let offset = piece.to.offset;
  const walked: Walked[] = [];
  for (const [axis, extent] of shape.entries()) {
    const stride = strides[axis] ?? 1;
    const start = Math.floor(offset / stride);
    offset -= start * stride;
    const length = piece.shape[axis] ?? 1;
    const place = frame[axis] ?? NONE;
    if (length > 1 && piece.to.strides[axis] !== stride) return undefined;
    const index = length === 1 ? NONE : combine([{ times: 1, of: place }], -start);
    walked.push(length === extent ? { index } : { index, range: { of: place, low: start, high: start + length } });
  }
  return walked;
}

function replaceAll(index: Index, by: ReadonlyMap<Place, Index>, functions: Functions): Index {
  return combine(
    index.terms.map(({ times, base }) => ({
      times,
      of:
        'place' in base
          ? (by.get(base.place) ?? fixed(0))
          : inner(base.op, replaceAll(base.of, by, functions), base.by, functions),
    })),
    index.offset,
  );
}

function inner(op: 'div' | 'mod', of: Index, by: number, functions: Functions): Index {
  const { quotient, rest } = divide(of, by, functions.extents);
  return op === 'div' ? quotient : rest;
}
