import { ArgumentError } from '@throughline/tensor';
import { type AutomatonSizes, automatonTask } from './automaton.ts';
import { checkCount } from './check.ts';
import type { Task } from './task.ts';

/** Options of `modularArithmeticTask`. */
export interface ModularOptions extends Partial<AutomatonSizes> {
  /** What is counted modulo, from 2 up: 5 by default. */
  readonly modulus?: number;
}

/**
 * Modular arithmetic: the value, modulo 5, of an expression of digits and +, −, ×, products first, without brackets: 1 + 2 × 4.
 *
 * Digits 0 … modulus − 1 at even steps, and at odd ones the operators: ids modulus (+), modulus + 1 (−), modulus + 2 (×). T is
 * odd. With `answers: 'at every step'` the value so far is asked after every digit. A product with a 0 in it is 0, so answers
 * are not quite even: the baseline is their entropy, exactly.
 * Shapes: inputs int32 [T, B], targets [B] or [T, B].
 * Source: Delétang et al., "Neural networks and the Chomsky hierarchy", 2023, modular arithmetic without brackets.
 * @throws ArgumentError for an option out of range.
 * @example modularArithmeticTask({ T: 3 }).baseline.value.toFixed(4)   // 1.6011
 */
export function modularArithmeticTask(options: ModularOptions = {}): Task {
  const { T = 19, batch = 32, answers = 'at the end', modulus = 5 } = options;
  checkCount('modularArithmeticTask', 'modulus', modulus, 2, 1000);
  checkCount('modularArithmeticTask', 'T', T);
  if (T % 2 === 0) {
    throw new ArgumentError('modularArithmeticTask', `T is ${T}: an expression ends with a digit. Use T = ${T + 1}.`);
  }
  // The sum of the terms before, and the term that is being read (its sign included): value = sum + term.
  const state = (sum: number, term: number): number => (sum % modulus) * modulus + (term % modulus);
  const machine = {
    name: 'modular-arithmetic',
    op: 'modularArithmeticTask',
    states: modulus * modulus,
    symbols: [modulus, 3] as const,
    start: state(0, 1),
    next(at: number, symbol: number) {
      const [sum, term] = [Math.floor(at / modulus), at % modulus];
      if (symbol < modulus) return state(sum, term * symbol);
      if (symbol === modulus) return state(sum + term, 1);
      return symbol === modulus + 1 ? state(sum + term, modulus - 1) : at;
    },
    classes: modulus,
    answer: (at: number) => (Math.floor(at / modulus) + at) % modulus,
    what: 'values',
  };
  return automatonTask(machine, { T, batch, answers });
}
