export { type CellReport, cellLaws, checkCell } from './check-cell.ts';
export { type CellSample, everyCell } from './every-cell.ts';
export type { LawFinding } from './finding.ts';
export type { CheckCellOptions, CompileFunction, LawSubject } from './subject.ts';
