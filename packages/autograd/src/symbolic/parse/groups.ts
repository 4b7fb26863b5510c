import type { AnyPrimitive } from '../../primitive.ts';
import type { Equation } from '../../program.ts';
import { groupsOf } from '../roles.ts';
import type { Cursor } from './cursor.ts';
import type { Token } from './tokens.ts';

/** Operands or inputs with the role they were written under. */
export interface Written {
  readonly role: string;
  readonly count: number;
  readonly at: Token;
}

/** `constants a; carry b, c; d`: what stands between brackets, and under which roles. */
export function inGroups(cursor: Cursor, close: string, item: () => void): Written[] {
  const groups: Written[] = [];
  while (!cursor.at(close)) {
    const at = cursor.peek();
    const next = cursor.peek(1);
    const isRole = at.kind === 'word' && (next.kind === 'word' || next.kind === 'number');
    const role = isRole ? cursor.take().text : '';
    let items = 0;
    do {
      item();
      items++;
    } while (cursor.skip(','));
    groups.push({ role, count: items, at });
    if (!cursor.at(close)) cursor.expect(';', `",", ";" or "${close}"`);
  }
  cursor.take();
  return groups;
}

/** Two words without a comma are a role and an operand, which most primitives do not have. */
export function checkUnnamed(cursor: Cursor, written: readonly Written[], { name, semantics }: AnyPrimitive): void {
  if (semantics.kind === 'structured' && semantics.operands !== undefined) return;
  const named = written.find(({ role }) => role !== '');
  if (named !== undefined) cursor.fail(named.at, `the operands of ${name} have no roles. Put "," between operands.`);
}

/** Roles are for readers; what they say must be so. */
export function checkRoles(cursor: Cursor, written: readonly Written[], equation: Equation, isCall: boolean): void {
  const groups = groupsOf(equation).filter(({ count, outside }) => count > 0 && (isCall || outside !== true));
  for (const [i, { role, count: items, at }] of written.entries()) {
    if (role === '') continue;
    const expected = groups[i];
    if (expected?.role === role && expected.count === items) continue;
    const roles = groups.map((group) => `${group.count} ${group.role}`).join(', ');
    cursor.fail(at, `${items} ${role} do not fit the params of ${equation.primitive.name}: ${roles}.`);
  }
}
