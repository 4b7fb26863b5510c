// laws of cells
export {
  type CellReport,
  type CellSample,
  type CheckCellOptions,
  type CompileFunction,
  cellLaws,
  checkCell,
  everyCell,
  type LawFinding,
  type LawSubject,
} from './cell-laws/index.ts';
