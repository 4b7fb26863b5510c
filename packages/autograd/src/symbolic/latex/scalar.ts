import { type DType, dtypes } from '@throughline/tensor';
import type { ScalarExpression, ScalarOp } from '../../semantics.ts';
import { ATOM, at, atom, base, numberTerm, POWER, PRODUCT, SUM, type Term, upright } from './terms.ts';

type Form = (args: readonly Term[], to: DType) => Term;

const call =
  (name: string): Form =>
  (args) => ({ ...atom(`${name}\\left(${args.map(({ tex }) => tex).join(',\\, ')}\\right)`), scalar: isScalar(args) });
const between =
  (left: string, right: string): Form =>
  (args) =>
    atom(`${left}${args[0]?.tex ?? ''}${right}`, isScalar(args));
/** A relation, as 1 where it holds (Iverson's bracket). */
const relation =
  (sign: string): Form =>
  (args) =>
    atom(`\\left[${args.map(({ tex }) => tex).join(` ${sign} `)}\\right]`, isScalar(args));
const infix =
  (sign: string, level: number, right = level): Form =>
  (args) => ({
    tex: args.map((arg, i) => at(arg, i === 0 ? level : arg.tex.startsWith('-') ? ATOM : right)).join(` ${sign} `),
    level,
    scalar: isScalar(args),
  });

const isScalar = (args: readonly Term[]): boolean => args.every(({ scalar }) => scalar);

/** How each scalar operation is written. */
const forms: Readonly<Record<ScalarOp, Form>> = {
  add: infix('+', SUM),
  sub: infix('-', SUM, PRODUCT),
  mul: product,
  div: ([x = atom(''), y = atom('')]) => atom(`\\frac{${x.tex}}{${y.tex}}`, x.scalar && y.scalar),
  neg: ([x = atom('')]) => ({ tex: `-${at(x, PRODUCT)}`, level: SUM, scalar: x.scalar }),
  abs: between('\\left|', '\\right|'),
  sign: call('\\operatorname{sgn}'),
  sqrt: between('\\sqrt{', '}'),
  floor: between('\\left\\lfloor ', '\\right\\rfloor'),
  ceil: between('\\left\\lceil ', '\\right\\rceil'),
  floorDiv: ([x, y]) => atom(`\\left\\lfloor \\frac{${x?.tex}}{${y?.tex}}\\right\\rfloor`),
  remainder: infix('\\bmod', PRODUCT, POWER),
  minimum: call('\\min'),
  maximum: call('\\max'),
  exp: ([x = atom('')]) => ({ tex: `e^{${x.tex}}`, level: POWER, scalar: x.scalar }),
  expm1: ([x = atom('')]) => ({ tex: `e^{${x.tex}} - 1`, level: SUM, scalar: x.scalar }),
  log: call('\\ln'),
  log1p: ([x = atom('')]) => atom(`\\ln\\left(1 + ${at(x, PRODUCT)}\\right)`, x.scalar),
  pow: ([x = atom(''), y = atom('')]) => ({
    tex: `${base(x)}^{${y.tex}}`,
    level: POWER,
    scalar: x.scalar && y.scalar,
  }),
  sin: call('\\sin'),
  cos: call('\\cos'),
  tanh: call('\\tanh'),
  sigmoid: call('\\sigma'),
  softplus: ([x = atom('')]) => atom(`\\ln\\left(1 + e^{${x.tex}}\\right)`, x.scalar),
  equal: relation('='),
  notEqual: relation('\\neq'),
  less: relation('<'),
  lessEqual: relation('\\le'),
  greater: relation('>'),
  greaterEqual: relation('\\ge'),
  and: infix('\\land', PRODUCT),
  or: infix('\\lor', SUM),
  not: ([x = atom('')]) => ({ tex: `\\lnot ${at(x, POWER)}`, level: POWER, scalar: x.scalar }),
  isFinite: ([x = atom('')]) => atom(`\\left[\\left|${x.tex}\\right| < \\infty\\right]`, x.scalar),
  select: ([condition, x, y]) =>
    atom(`\\begin{cases} ${x?.tex} & ${condition?.tex} \\\\ ${y?.tex} & \\text{otherwise} \\end{cases}`),
  cast: (args, to) => call(upright(dtypes[to].short))(args, to),
};

/** Juxtaposition with a number, ⊙ between arrays; a square as one. */
function product([x = atom(''), y = atom('')]: readonly Term[]): Term {
  const scalar = x.scalar && y.scalar;
  if (x.tex === y.tex) return { tex: `${base(x)}^{2}`, level: POWER, scalar };
  if (!x.scalar && !y.scalar) return { tex: `${at(x, PRODUCT)} \\odot ${at(y, PRODUCT)}`, level: PRODUCT, scalar };
  const [first, second] = y.scalar && !x.scalar ? [y, x] : [x, y];
  const sign = /\d$/.test(first.tex) && !/^[-\d]/.test(second.tex) ? '\\, ' : ' \\cdot ';
  return { tex: `${at(first, PRODUCT)}${sign}${at(second, PRODUCT)}`, level: PRODUCT, scalar };
}

/** A map's expression at its operands; `to` is the type of its result. */
export function scalarTerm(expression: ScalarExpression, args: readonly Term[], to: DType): Term {
  if ('input' in expression) return args[expression.input] ?? atom('?');
  if ('constant' in expression) return numberTerm(expression.constant);
  const terms = expression.args.map((arg) => scalarTerm(arg, args, to));
  if ('op' in expression) return forms[expression.op](terms, to);
  const { name, tex = `\\operatorname{${name}}` } = expression.function;
  return call(tex)(terms, to);
}
