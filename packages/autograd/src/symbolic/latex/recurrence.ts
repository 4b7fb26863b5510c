import { bodiesOf, type Equation, isProgram, typeOf, type VarId } from '../../program.ts';
import { groupsOf } from '../roles.ts';
import type { Block } from './block.ts';
import { atom, isPlain, type Term } from './terms.ts';

/**
 * A loop as a recurrence: s_0 = …, s_t = f(s_{t−1}, x_t), and what it gives. Its constants keep their names, its carry and
 * its results get one each, and a slice of a sequence is the sequence's name at t.
 */
export function recurrence(outer: Block, equation: Equation, args: readonly Term[]): void {
  const [entry] = bodiesOf(equation);
  const { length, reverse } = equation.params as { readonly length?: number; readonly reverse?: boolean }; // what loops over time carry
  if (entry === undefined || !isProgram(entry[1])) return;
  const [, body] = entry;
  const T = `${length ?? 'T'}`;
  const [before, first, last, start] =
    reverse === true ? ['t+1', T, '1', `${(length ?? 0) + 1}`] : ['t-1', '1', T, '0'];
  const counts = Object.fromEntries(groupsOf(equation).map(({ role, count }) => [role, count]));
  const { constants = 0, carry = 0 } = counts;
  const scalarOf = (i: number): boolean => typeOf(body, body.inputs[i] as number).shape.length === 0; // i < inputs
  const states = args.slice(constants, constants + carry).map(() => outer.namer.fresh());
  const sequences = args.slice(constants + carry).map((xs) => (isPlain(xs.tex) ? xs.tex : outer.namer.fresh()));
  const inputs = [
    ...args.slice(0, constants),
    ...states.map((name, i) => atom(`${name}_{${before}}`, scalarOf(constants + i))),
    ...sequences.map((name, i) => atom(`${name}_{t}`, scalarOf(constants + carry + i))),
  ];
  for (const [i, name] of states.entries())
    outer.lines.push({ left: `${name}_{${start}}`, right: args[constants + i]?.tex ?? '' });
  for (const [i, name] of sequences.entries()) {
    const xs = args[constants + carry + i]?.tex;
    if (xs !== name) outer.lines.push({ left: name, right: xs ?? '' });
  }
  const names = [...states, ...body.outputs.slice(carry).map(() => outer.namer.fresh())];
  const given = new Map<VarId, string>();
  for (const [k, id] of body.outputs.entries()) if (!given.has(id)) given.set(id, names[k] ?? '');
  const block = outer.inner(body, inputs, '_{t}', given);
  const results = body.outputs.map((id, k) => ({ left: `${names[k]}_{t}`, right: block.term(id).tex }));
  const lines = [...block.lines, ...results.filter(({ left, right }) => left !== right)];
  const final = lines.at(-1);
  if (final !== undefined)
    outer.lines.push(...lines.slice(0, -1), { ...final, right: `${final.right}\\qquad t = ${first}, \\dots, ${last}` });
  for (const [k, id] of equation.outputs.entries()) {
    const name = k < carry ? `${names[k]}_{${reverse === true ? 1 : T}}` : (names[k] ?? '');
    outer.terms.set(id, atom(name, typeOf(outer.program, id).shape.length === 0));
  }
}
