export type { BeltEdge, BeltFigure, BeltNode } from './belt-figure.ts';
export { canonicalJson } from './canonical.ts';
export type { ReportContext } from './context.ts';
export { hashFacts } from './hash.ts';
export { loadLiveCode } from './live/code.ts';
export type { LiveSource } from './live/source.ts';
export { renderReport } from './render.ts';
export { runContext } from './run-context.ts';
export { ReportError, writeReport } from './write.ts';
