// programs as text
export { type PrintOptions, print } from './print.ts';
// programs as mathematics
export { type Rule, simplificationRules } from './rules/index.ts';
export { simplify } from './simplify.ts';
