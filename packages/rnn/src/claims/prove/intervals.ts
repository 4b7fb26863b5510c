import type { Equation, Program } from '@throughline/autograd';

/** Numbers between which every element of a value lies, both included. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

type Expression = Extract<Equation['primitive']['semantics'], { kind: 'map' }>['expression'];

/** A value of an expression; of two operands with one name the elements are the same. */
interface Named extends Interval {
  readonly name: string;
}

const everything: Interval = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };

/** An interval for every variable of a Program, its inputs being anything. Ends are rounded outwards. */
export function intervalsOf(program: Program): readonly Interval[] {
  const found = new Array<Interval>(program.types.length).fill(everything);
  for (const [id, value] of program.constants) {
    const numbers = Array.from(value.storage, Number);
    if (numbers.every((x) => Number.isFinite(x)) && numbers.length > 0 && numbers.length < 1e5)
      found[id] = { low: Math.min(...numbers), high: Math.max(...numbers) };
  }
  for (const equation of program.equations) {
    const interval = intervalOf(
      equation,
      equation.inputs.map((id) => ({ ...(found[id] as Interval), name: `v${id}` })),
    ); // defined before use
    for (const id of equation.outputs) found[id] = interval;
  }
  return found;
}

function intervalOf({ primitive: { semantics }, outputs }: Equation, operands: readonly Named[]): Interval {
  const [first] = operands;
  if (first === undefined || outputs.length !== 1) return everything;
  if (semantics.kind === 'map') return ofExpression(semantics.expression, operands);
  if (semantics.kind === 'view' && semantics.fill === undefined) return hull(operands);
  if (semantics.kind === 'reduce' && (semantics.combine === 'maximum' || semantics.combine === 'minimum')) return first;
  return everything;
}

const hull = (all: readonly Interval[]): Interval => ({
  low: Math.min(...all.map(({ low }) => low)),
  high: Math.max(...all.map(({ high }) => high)),
});

function ofExpression(expression: Expression, operands: readonly Named[]): Named {
  if ('input' in expression) return operands[expression.input] as Named; // the primitive says so
  if ('constant' in expression) {
    const { constant } = expression;
    return { low: constant, high: constant, name: `${constant}` };
  }
  const args = expression.args.map((arg) => ofExpression(arg, operands));
  const op = 'op' in expression ? expression.op : expression.function.name;
  return { ...ofOperation(op, args), name: `${op}(${args.map(({ name }) => name).join()})` };
}

function ofOperation(op: string, args: readonly Named[]): Interval {
  const [a, b = a] = args as [Named, Named?];
  if (!args.every(({ low, high }) => low <= high)) return everything;
  switch (op) {
    case 'add':
      return { low: outward(-1, a.low, b.low, a.low + b.low), high: outward(1, a.high, b.high, a.high + b.high) };
    case 'sub':
      return { low: outward(-1, a.low, b.high, a.low - b.high), high: outward(1, a.high, b.low, a.high - b.low) };
    case 'neg':
      return { low: -a.high, high: -a.low };
    case 'mul':
      return ofProduct(a, b);
    case 'abs':
      return { low: a.low > 0 ? a.low : a.high < 0 ? -a.high : 0, high: Math.max(-a.low, a.high) };
    case 'maximum':
      return { low: Math.max(a.low, b.low), high: Math.max(a.high, b.high) };
    case 'minimum':
      return { low: Math.min(a.low, b.low), high: Math.min(a.high, b.high) };
    case 'select':
      return hull(args.slice(1));
    case 'sqrt':
      return a.low < 0 ? everything : { low: 0, high: Math.max(a.high, 1) };
    default:
      return Object.hasOwn(ranges, op) ? (ranges[op] as Interval) : everything; // just looked up
  }
}

/** Where functions have all their values. */
const ranges: Readonly<Record<string, Interval>> = {
  tanh: { low: -1, high: 1 },
  sigmoid: { low: 0, high: 1 },
  sin: { low: -1, high: 1 },
  cos: { low: -1, high: 1 },
  exp: { low: 0, high: Number.POSITIVE_INFINITY },
  softplus: { low: 0, high: Number.POSITIVE_INFINITY },
};

function ofProduct(a: Named, b: Named): Interval {
  const corners = [a.low, a.high].flatMap((x) =>
    [b.low, b.high].map((y) => ({ x, y, xy: x === 0 || y === 0 ? 0 : x * y })),
  );
  const low = Math.min(...corners.map(({ x, y, xy }) => outward(-1, x, y, xy)));
  const high = Math.max(...corners.map(({ x, y, xy }) => outward(1, x, y, xy)));
  return a.name === b.name ? { low: Math.max(0, low), high } : { low, high };
}

/** The result of an operation, moved by more than its rounding unless the operands are whole. */
function outward(direction: 1 | -1, x: number, y: number, result: number): number {
  if (Number.isNaN(result)) return direction * Number.POSITIVE_INFINITY;
  const whole = Number.isInteger(x) && Number.isInteger(y) && Math.abs(result) < 2e15;
  return whole || !Number.isFinite(result)
    ? result
    : result + direction * (Math.abs(result) * 4.5e-16 + Number.MIN_VALUE);
}
