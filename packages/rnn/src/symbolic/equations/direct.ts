import type { AnyCell } from '../../cell.ts';
export function directPaths(_cell: AnyCell): string[] {
  return [];
}
