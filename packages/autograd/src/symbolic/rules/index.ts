import { arithmeticRules } from './arithmetic.ts';
import { choiceRules } from './choices.ts';
import { constantRules } from './constants.ts';
import type { Rule } from './rule.ts';
import { structureRules } from './views.ts';

export type { Application, Graph, Rule } from './rule.ts';

/** Every rewrite that `simplify` knows, in the order in which they are tried. */
export const simplificationRules: readonly Rule[] = [
  ...constantRules,
  ...arithmeticRules,
  ...choiceRules,
  ...structureRules,
];
