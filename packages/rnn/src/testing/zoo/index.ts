import { injectedCases } from './injected.ts';
import { naturalCases } from './natural.ts';
import { naturalCellCases } from './natural-cells.ts';
import type { ZooCase } from './zoo-case.ts';

export { injectedCase } from './injected.ts';
export type { Expected, Wrap, ZooCase } from './zoo-case.ts';

/** Thirty programs whose first NaN or infinity is made at a known place: 15 by hand, 15 by seed. */
export const zoo: readonly ZooCase[] = [...naturalCases, ...naturalCellCases, ...injectedCases];
