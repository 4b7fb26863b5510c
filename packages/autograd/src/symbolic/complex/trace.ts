import {
  Concrete,
  type DType,
  formatType,
  isDifferentiable,
  NotDifferentiableError,
  type Shape,
  type Tensor,
  type TensorType,
  TraceError,
} from '@throughline/tensor';
import type { AnyPrimitive } from '../../primitive.ts';
import type { Kind, ScalarExpression, Semantics } from '../../semantics.ts';
import { Trace, Traced } from '../../value.ts';
import type { Complex } from './arithmetic.ts';
import { evaluateComplex, type Notes } from './rules.ts';

/** A tensor of pairs (re, im). What reads its numbers reads the real parts. */
export class Pairs extends Traced {
  readonly primal: Concrete;
  readonly im: Concrete;
  readonly trace: Trace;
  constructor(primal: Concrete, im: Concrete, trace: Trace) {
    super();
    this.primal = primal;
    this.im = im;
    this.trace = trace;
  }
  get dtype(): DType {
    return this.primal.dtype;
  }
  get shape(): Shape {
    return this.primal.shape;
  }
  concrete(): Concrete {
    return this.primal;
  }
}

/** The parts of one operand; `im` is null where it is real. */
interface Parts {
  readonly re: Concrete;
  readonly im: Concrete | null;
}

type Rule = (primitive: AnyPrimitive, operands: readonly Parts[], params: unknown, notes: Notes) => readonly Parts[];

/** Evaluates over pairs of numbers, each primitive by what its semantics says; pullbacks are not asked. */
export class ComplexTrace extends Trace {
  readonly notes: Notes = { ties: 0 };

  process(primitive: AnyPrimitive, inputs: readonly Tensor[], params: unknown): readonly Tensor[] {
    const types = primitive.infer(inputs, params);
    const { kind } = primitive.semantics;
    // Its kernel runs its bodies, whose equations come back here.
    if (kind === 'structured') return primitive.eval(inputs as readonly Concrete[], params);
    const operands = inputs.map((x) => this.#parts(primitive, x));
    if (!types.some(isDifferentiable)) return this.#decide(primitive, operands, params);
    for (const type of types) if (isDifferentiable(type)) checkPrecision(primitive, type);
    const results = rules[kind](primitive, operands, params, this.notes);
    return results.map(({ re, im }) => (im === null ? re : new Pairs(re, im, this)));
  }

  /** What is a bool or an integer follows from the real parts; comparisons note ties. */
  #decide(primitive: AnyPrimitive, operands: readonly Parts[], params: unknown): readonly Tensor[] {
    if (primitive.semantics.kind === 'map') rules.map(primitive, operands, params, this.notes);
    return primitive.eval(
      operands.map(({ re }) => re),
      params,
    );
  }

  #parts(primitive: AnyPrimitive, x: Tensor): Parts {
    if (x instanceof Pairs && x.trace === this) return { re: x.primal, im: x.im };
    if (x instanceof Concrete) return { re: x, im: null };
    throw new TraceError(
      'complexStep',
      `${primitive.name} got ${formatType(x)} of a transform outside. Take the complex step of the transformed function instead.`,
    );
  }
}

function checkPrecision({ name }: AnyPrimitive, type: TensorType): void {
  if (type.dtype === 'float64') return;
  throw new NotDifferentiableError(
    'complexStep',
    `${name} gives ${formatType(type)}, in which an imaginary part of 1e-100 is 0. Keep to float64.`,
  );
}

const zeros = (like: Concrete): Concrete => new Concrete(new Float64Array(like.size), 'float64', like.shape);
const combine = (x: Concrete, y: Concrete, f: (x: number, y: number) => number): Concrete =>
  new Concrete(
    Float64Array.from(x.storage, (value, i) => f(value, y.storage[i] as number)),
    'float64',
    x.shape,
  ); // alike

/** y_t = a_t·y_{t−1} + b_t, one step after another. */
function complexRecurrence(a: Parts, b: Parts, from: Parts | undefined, params: unknown): Parts {
  const { reverse } = params as { reverse: boolean }; // what recurrences carry
  const [length = 0] = b.re.shape;
  const width = length === 0 ? 0 : b.re.size / length;
  const [re, im] = [new Float64Array(b.re.size), new Float64Array(b.re.size)];
  const at = (x: Concrete | null | undefined, i: number): number => x?.storage[i] ?? 0;
  for (let w = 0; w < width; w++) {
    let [yr, yi] = [at(from?.re, w), at(from?.im, w)];
    for (let n = 0; n < length; n++) {
      const i = (reverse ? length - 1 - n : n) * width + w;
      const [ar, ai] = [at(a.re, i), at(a.im, i)];
      [yr, yi] = [ar * yr - ai * yi + at(b.re, i), ar * yi + ai * yr + at(b.im, i)];
      re[i] = yr;
      im[i] = yi;
    }
  }
  const isReal = a.im === null && b.im === null && (from?.im ?? null) === null;
  const whole = (values: Float64Array): Concrete => new Concrete(values, 'float64', b.re.shape);
  return { re: whole(re), im: isReal ? null : whole(im) };
}

const rules: Readonly<Record<Exclude<Kind, 'structured'>, Rule>> = {
  map(primitive, operands, params, notes) {
    const { expression } = primitive.semantics as Extract<Semantics, { kind: 'map' }>; // this is its rule
    const [type] = primitive.infer(
      operands.map(({ re }) => re),
      params,
    );
    return [mapPairs(expression, operands, type?.shape ?? [], notes)];
  },
  reduce(primitive, [x], params, notes) {
    const { combine: how } = primitive.semantics as Extract<Semantics, { kind: 'reduce' }>; // this is its rule
    const { re, im } = x as Parts; // reductions have one operand
    const [y] = primitive.eval([re], params);
    if (im === null) return [{ re: y as Concrete, im }];
    if (how === 'sum') return [{ re: y as Concrete, im: primitive.eval([im], params)[0] as Concrete }]; // one result
    return [
      {
        re: y as Concrete,
        im: imaginaryOfExtreme(re, im, y as Concrete, (params as { axes: readonly number[] }).axes, notes),
      },
    ]; // what reductions carry
  },
  // bilinear: (a + ib)(c + id)
  contract(primitive, [x, y], params) {
    const [a, b] = [x as Parts, y as Parts]; // contractions have two
    const product = (p: Concrete, q: Concrete): Concrete => primitive.eval([p, q], params)[0] as Concrete; // one result
    const terms = [a.im && product(a.im, b.re), b.im && product(a.re, b.im)].filter((term) => term !== null);
    const [first, second] = terms;
    const re = product(a.re, b.re);
    const both = a.im && b.im && product(a.im, b.im);
    return [
      {
        re: both ? combine(re, both, (p, q) => p - q) : re,
        im: first && second ? combine(first, second, (p, q) => p + q) : (first ?? null),
      },
    ];
  },
  view: linear,
  gather: linear,
  scatter: linear,
  recurrence: (_, [a, b, from], params) => [complexRecurrence(a as Parts, b as Parts, from, params)], // recurrences have both
  host({ name }) {
    throw new NotDifferentiableError(
      'complexStep',
      `${name} is a kernel only, without a meaning over complex numbers. Use checkGrads, or stopGradient before it.`,
    );
  },
};

function mapPairs(expression: ScalarExpression, operands: readonly Parts[], shape: Shape, notes: Notes): Parts {
  const [first] = operands;
  const size = first?.re.size ?? 0;
  const [re, im] = [new Float64Array(size), new Float64Array(size)];
  for (let i = 0; i < size; i++) {
    const args = operands.map((x): Complex => [x.re.storage[i] as number, x.im?.storage[i] ?? 0]); // i < size
    [re[i], im[i]] = evaluateComplex(expression, args, notes) as [number, number]; // a pair
  }
  return { re: new Concrete(re, 'float64', shape), im: new Concrete(im, 'float64', shape) };
}

/** Elements that move: the imaginary parts go where the real ones go, and 0 is what stands where none goes. */
function linear(primitive: AnyPrimitive, operands: readonly Parts[], params: unknown): Parts[] {
  const parts = (of: (x: Parts) => Concrete): readonly Concrete[] => primitive.eval(operands.map(of), params);
  const isData = ({ re }: Parts): boolean => !isDifferentiable(re);
  const re = parts((x) => x.re);
  const moved = parts((x) => (isData(x) ? x.re : (x.im ?? zeros(x.re))));
  const filled = parts((x) => (isData(x) ? x.re : zeros(x.re)));
  return re.map((y, k) => {
    const [im, fill] = [moved[k] as Concrete, filled[k] as Concrete]; // as many
    return { re: y, im: combine(im, fill, (p, q) => (q === 0 ? p : p - q)) };
  });
}

/** The imaginary part of the first element that equals the extreme. */
function imaginaryOfExtreme(re: Concrete, im: Concrete, y: Concrete, axes: readonly number[], notes: Notes): Concrete {
  const found = new Float64Array(y.size).fill(Number.NaN);
  const seen = new Uint8Array(y.size);
  for (let i = 0; i < re.size; i++) {
    let rest = i;
    let place = 0;
    let stride = 1;
    for (let axis = re.shape.length - 1; axis >= 0; axis--) {
      const extent = re.shape[axis] as number; // axis < rank
      if (!axes.includes(axis)) {
        place += (rest % extent) * stride;
        stride *= extent;
      }
      rest = Math.floor(rest / extent);
    }
    if (re.storage[i] !== y.storage[place]) continue;
    if (seen[place] === 1) {
      if (found[place] !== im.storage[i]) notes.ties++;
      continue;
    }
    seen[place] = 1;
    found[place] = im.storage[i] as number; // alike
  }
  return new Concrete(found, 'float64', y.shape);
}
