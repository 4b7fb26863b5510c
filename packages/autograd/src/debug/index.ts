// finding the first NaN or infinity, and the user's lines
export { type DebugOptions, debugNonFinite } from './debug-non-finite.ts';
export { type NonFiniteCause, NonFiniteError, type NonFiniteStory } from './non-finite-error.ts';
export { withLines } from './with-lines.ts';
