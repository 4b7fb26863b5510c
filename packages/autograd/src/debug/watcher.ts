import { Concrete, isDifferentiable, type Tensor } from '@throughline/tensor';
import type { AnyPrimitive } from '../primitive.ts';
import { currentPlace, type Place, type Watch } from '../scope.ts';
import { type Finding, findCause, inPullback, rootNamed, rootOf } from './causes.ts';
import { Gates } from './gates.ts';
import { Growth } from './growth.ts';
import { bottom, indexOf, type Look, look, numberAt } from './numbers.ts';
import { type Standing, standingOf } from './standing.ts';
import { type Entered, type Mark, Suspect } from './suspect.ts';
import { takeStack, userLine } from './user-line.ts';

/** One kernel that ran, and where. */
interface Ran {
  readonly primitive: AnyPrimitive;
  readonly inputs: readonly Concrete[];
  readonly params: unknown;
  readonly standing: Standing;
}

/**
 * Follows what is not finite through a run. A number that is not finite is *made* where an op gives it from operands that
 * are, and is a suspect until it does harm: it reaches a result, is pulled back from, or vanishes in an op that hides it
 * (tanh of an infinity, relu on the way back). What `where` passes over does none. What a pullback reads of such a value, though its cotangents
 * are finite, is a suspect of its own.
 */
export class NonFiniteWatch implements Watch {
  readonly #marks = new WeakMap<Tensor, Mark>();
  /** Known to be finite. */
  readonly #clean = new WeakSet<Tensor>();
  /** Cotangents with the zeros that `where` hands to what it did not choose. */
  readonly #masked = new WeakSet<Tensor>();
  readonly #gates = new Gates();
  readonly #growth = new Growth();
  /** Which argument a tensor came with. */
  readonly #names: ReadonlyMap<Tensor, string>;
  readonly #allowInfinity: boolean;
  #count = 0;

  constructor(names: ReadonlyMap<Tensor, string>, allowInfinity: boolean) {
    this.#names = names;
    this.#allowInfinity = allowInfinity;
  }

  ran(primitive: AnyPrimitive, inputs: readonly Concrete[], params: unknown, outputs: readonly Concrete[]): void {
    if (primitive.semantics.kind === 'structured') return; // its bodies' ops were seen
    const { scope } = currentPlace();
    const noted = standingOf(scope, primitive.name);
    const standing = { ...noted, gate: this.#gates.note(noted, inputs, outputs) };
    const run: Ran = { primitive, inputs, params, standing };
    const looks = outputs.map(look);
    this.#passOnMasks(run, outputs);
    if (looks.some(({ bad }) => bad >= 0)) {
      outputs.forEach((y, k) => {
        const seen = looks[k] as Look; // one per output
        if (seen.bad < 0) this.#clean.add(y);
        else if (!this.#marks.has(y)) this.#marks.set(y, this.#judge(run, y, seen));
      });
    } else {
      this.#hides(run, outputs);
      for (const y of outputs) this.#clean.add(y);
    }
    const largest = looks.reduce((most, seen) => (seen.bad < 0 ? Math.max(most, seen.largest) : most), 0);
    if (standing.step !== null) this.#growth.note(growthKey(run), standing.step, largest);
  }

  /** A value from which cotangents are pulled back does harm. */
  sweeps(ys: readonly Tensor[]): void {
    this.#throwFirst(ys);
  }

  origin(here: Place, inputs: readonly Tensor[], outputs: readonly Tensor[]): Place {
    const standing = standingOf(here.scope, '');
    const gate = this.#gates.note(standing, inputs, outputs);
    const scope = gate === standing.gate || gate === null ? here.scope : [...here.scope, { gate }];
    return { scope, line: here.line ?? lineFrom(takeStack()) };
  }

  /** Throws what reached the results of the run. */
  checkResults(results: readonly Tensor[]): void {
    this.#throwFirst(results);
    for (const y of results) {
      const mark = this.#markOf(y);
      if (mark?.kind !== 'entered' || !(mark.nan || !this.#allowInfinity)) continue;
      const standing = standingOf([], 'the result');
      throw this.#enteredSuspect(mark, mark.source, standing).error();
    }
  }

  #throwFirst(values: readonly Tensor[]): void {
    const suspects = values.flatMap((y) => {
      const mark = this.#markOf(y);
      return mark?.kind === 'suspect' ? [mark] : [];
    });
    const [first] = suspects.sort((a, b) => a.number - b.number);
    if (first !== undefined) throw first.error();
  }

  /** What is known of a value that is not finite; null for one that is. */
  #markOf(x: Tensor): Mark | null {
    const value = bottom(x);
    if (!(value instanceof Concrete) || this.#clean.has(value)) return null;
    const known = this.#marks.get(value);
    if (known !== undefined) return known;
    const { bad, nan } = look(value);
    if (bad < 0) {
      this.#clean.add(value);
      return null;
    }
    const mark: Entered = { kind: 'entered', name: this.#names.get(value) ?? null, source: value, nan };
    this.#marks.set(value, mark);
    return mark;
  }

  /** An op gave a number that is not finite: whose is it? */
  #judge(run: Ran, output: Concrete, seen: Look): Mark {
    const { primitive, inputs, standing } = run;
    const root = rootOf(primitive);
    const here = (x: Concrete): boolean =>
      primitive.semantics.kind !== 'map' || !Number.isFinite(numberAt(x, seen.bad));
    if (root === 'move' || root === 'select') {
      const [cond, x, y] = inputs as readonly [Concrete, Concrete, Concrete]; // read for a select alone
      const from = root === 'select' ? [numberAt(cond, seen.bad) === 0 ? y : x] : inputs;
      return this.#earliest(from) ?? { kind: 'entered', name: null, source: output, nan: seen.nan };
    }
    const operands = inputs.filter((x) => isDifferentiable(x) && here(x) && this.#markOf(x) !== null);
    const mark = this.#earliest(operands);
    if (mark === null) return this.#made(run, output, seen);
    if (mark.kind === 'suspect') {
      if (mark.level < standing.level) return this.#fromResidual(run, output, seen, mark);
      if (this.#isMasked(run, seen.bad)) mark.cause = 'inactive where branch';
      return mark;
    }
    const counts = mark.nan || (mark.name !== null && !this.#allowInfinity);
    const source = operands.find((x) => this.#markOf(x) === mark) ?? mark.source;
    if (counts) return this.#enteredSuspect(mark, source, standing);
    return seen.nan ? this.#made(run, output, seen) : mark;
  }

  /** The mark that harms first: of this level or further inside, by number; then what entered; then residuals. */
  #earliest(values: readonly Concrete[]): Mark | null {
    const marks = values.flatMap((x) => this.#markOf(x) ?? []);
    const suspects = marks.filter((mark) => mark.kind === 'suspect');
    const most = suspects.reduce((level, mark) => Math.max(level, mark.level), 0);
    const entered = marks.find((mark) => mark.kind === 'entered' && (mark.nan || mark.name !== null));
    const [first] = suspects.filter(({ level }) => level === most).sort((a, b) => a.number - b.number);
    return first ?? entered ?? marks[0] ?? null;
  }

  #made(run: Ran, output: Concrete, seen: Look): Mark {
    const { primitive, inputs, params } = run;
    if (this.#allowInfinity && !seen.nan) return { kind: 'entered', name: null, source: output, nan: false };
    const finding = findCause(primitive, inputs, params, output, seen.bad);
    return this.#suspect(run, output, seen, finding);
  }

  /** The cotangents were finite, but the pullback read what the forward run had left behind. */
  #fromResidual(run: Ran, output: Concrete, seen: Look, { cause }: Suspect): Suspect {
    const { primitive, inputs, params } = run;
    const { evidence } = findCause(primitive, inputs, params, output, seen.bad);
    return this.#suspect(run, output, seen, { cause, evidence });
  }

  #suspect(run: Ran, output: Concrete, { bad }: Look, { cause: found, evidence }: Finding): Suspect {
    const { standing } = run;
    const factor =
      found === 'overflow' && standing.step !== null
        ? this.#growth.factor(growthKey(run), standing.step, largestOf(output))
        : null;
    const named = standing.direction === 'forward' ? found : inPullback(found, standing.op);
    const cause = this.#isMasked(run, bad) ? 'inactive where branch' : factor === null ? named : 'exploding product';
    const detail =
      factor === null ? '' : `Step after step its numbers became ${Number(factor.toPrecision(3))} times as large.`;
    const index = indexOf(output, bad);
    const value = numberAt(output, bad);
    return new Suspect(this.#count++, currentPlace(), standing, { value, index, evidence, cause, detail });
  }

  /** `x` is where an op read it: the tensor that entered, or a part of it. */
  #enteredSuspect({ name, source }: Entered, x: Concrete, standing: Standing): Suspect {
    const { bad } = look(x);
    const from = name === null ? 'it is a constant of the program' : `it came with ${name}`;
    const evidence = source.rank === 0 || x === source ? from : `${from}, first at ${place(source)}`;
    const [value, index] = [numberAt(x, bad), indexOf(x, bad)];
    return new Suspect(this.#count++, currentPlace(), standing, {
      value,
      index,
      evidence,
      cause: 'entered',
      detail: '',
    });
  }

  /** All results are finite: what was not finite before is hidden, unless `where` passed over it. */
  #hides({ primitive, inputs, standing }: Ran, outputs: readonly Concrete[]): void {
    const root = rootOf(primitive);
    // The choices that the user made; those that a rule makes (relu's, where the operand is negative) hide by luck.
    const chosen = root === 'select' && (standing.rule === null || rootNamed(standing.rule) === 'select');
    if (root === 'move' || chosen || !outputs.some(isDifferentiable)) return;
    for (const x of inputs) {
      const mark = this.#markOf(x);
      if (mark === null) continue;
      if (mark.kind === 'suspect') {
        if (mark.level >= standing.level) throw mark.error();
      } else if (mark.nan || (mark.name !== null && !this.#allowInfinity)) {
        throw this.#enteredSuspect(mark, x, standing).error();
      }
    }
  }

  /** In a pullback: whether the cotangent at a place is a 0 of `where`. */
  #isMasked({ primitive, inputs, standing }: Ran, place: number): boolean {
    if (standing.level === 0 || primitive.semantics.kind !== 'map') return false;
    return inputs.some((x) => this.#masked.has(x) && numberAt(x, place) === 0);
  }

  #passOnMasks({ primitive, inputs, standing }: Ran, outputs: readonly Concrete[]): void {
    if (standing.level === 0) return;
    const begins = rootOf(primitive) === 'select' && rootNamed(standing.rule ?? '') === 'select';
    if (begins || inputs.some((x) => this.#masked.has(x))) for (const y of outputs) this.#masked.add(y);
  }
}

/** Where a tensor is not finite first. */
const place = (x: Concrete): string => `[${indexOf(x, look(x).bad).join(', ')}]`;

/** The largest finite number of a float type. */
const largestOf = ({ dtype }: Concrete): number => (dtype === 'float32' ? 3.4028234663852886e38 : Number.MAX_VALUE);

/** Numbers of one op are compared from step to step. */
const growthKey = ({ primitive, standing }: Ran): string => {
  const { cell, gate, op, level } = standing;
  return `${cell} ${gate} ${op} ${level} ${primitive.name}`;
};

const lineFrom = (stack: Error) => (): string | undefined => userLine(stack.stack ?? '');
