export type { BeltEdge, BeltFigure, BeltNode } from './belt-figure.ts';
export { canonicalJson } from './canonical.ts';
export type { ReportContext } from './context.ts';
export { hashFacts } from './hash.ts';
export { renderReport } from './render.ts';
export { ReportError, writeReport } from './write.ts';
