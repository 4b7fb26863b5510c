import { type Equation, isProgram, mul, type Program } from '@throughline/autograd';
import type { Tensor } from '@throughline/tensor';

type Rules = (input: number) => ((cts: readonly (Tensor | null)[], at: never) => Tensor | null) | null;

/** The factor by which a planted derivative is wrong. */
export const plantedFactor = 1 + 1e-6;

/** A Program in which one primitive's derivative is wrong, and what was done to it. */
export interface Planted {
  /** `tanh′ × (1 + 1e-6)`. */
  readonly name: string;
  readonly program: Program;
}

/**
 * The negative controls for a Program: for each primitive in it, nonlinear maps of one operand first, the same Program
 * with that derivative multiplied by 1 + 1e-6. The rewritten equations carry primitives of their own; the registry's are
 * untouched.
 */
export function* plantings(program: Program): Generator<Planted> {
  const found = new Map<string, Equation>();
  visit(program, (equation) => {
    if (!found.has(equation.primitive.name)) found.set(equation.primitive.name, equation);
  });
  const rank = ({ primitive: { name, semantics } }: Equation): number => {
    if (semantics.kind !== 'map') return 2;
    return name === 'tanh' ? -2 : name === 'sigmoid' ? -1 : 'expression' in semantics && isNonlinear(name) ? 0 : 1;
  };
  const candidates = [...found.values()].filter(({ primitive }) => primitive.semantics.kind !== 'structured');
  for (const { primitive } of candidates.sort((a, b) => rank(a) - rank(b))) {
    const wrong = withWrongRule(primitive);
    yield { name: `${primitive.name}′ × (1 + 1e-6)`, program: replace(program, primitive, wrong) };
  }
}

const linear: readonly string[] = ['add', 'sub', 'neg', 'mul', 'div', 'cast', 'stopGradient'];
const isNonlinear = (name: string): boolean => !linear.includes(name);

/** The same primitive, its pullbacks multiplied. */
function withWrongRule(primitive: Equation['primitive']): Equation['primitive'] {
  const { pullbacks } = primitive;
  const rules: Rules = typeof pullbacks === 'function' ? pullbacks : (input) => pullbacks[input] ?? null;
  const wrong = (input: number) => {
    const rule = rules(input);
    return (cts: readonly (Tensor | null)[], at: never): Tensor | null => {
      const ct = rule === null ? null : rule(cts, at);
      return ct && mul(ct, plantedFactor);
    };
  };
  // The copy is used by this Program alone; its arity and params are those it was copied from.
  return { ...primitive, pullbacks: wrong } as unknown as Equation['primitive'];
}

function visit(program: Program, f: (equation: Equation) => void): void {
  for (const equation of program.equations) {
    f(equation);
    for (const value of Object.values(equation.params)) if (isProgram(value)) visit(value, f);
  }
}

function replace(program: Program, old: Equation['primitive'], by: Equation['primitive']): Program {
  const equations = program.equations.map((equation) => ({
    ...equation,
    primitive: equation.primitive === old ? by : equation.primitive,
    params: Object.fromEntries(
      Object.entries(equation.params).map(([key, value]) => [key, isProgram(value) ? replace(value, old, by) : value]),
    ),
  }));
  return { ...program, equations };
}
