// control flow beside scan
export { associativeScan } from '../ops/associative-scan.ts';
export { cond } from '../primitives/cond.ts';
export { linearRecurrence, type RecurrenceOptions } from '../primitives/linear-recurrence.ts';
export { type WhileOptions, whileLoop } from '../primitives/while-loop.ts';
