// programs as text

export { type Equivalence, equivalent, type NormalFormOptions, normalForms } from './normal-form/equivalent.ts';
export { type PrintOptions, print } from './print.ts';
// programs as mathematics
export { type Rule, simplificationRules } from './rules/index.ts';
export { simplify } from './simplify.ts';
