import { type Equation, known, type ParamValue, type Program, type VarId } from '@throughline/autograd/back-end';
import { grouped } from '../collections.ts';
import type { Draft } from './draft.ts';
import { rewriteGroups } from './groups.ts';
import { commonOrigin, makersOf, writeParts } from './joins.ts';
import type { Pass } from './pass.ts';

/**
 * Reductions of the parts of one array become one reduction of it, cut afterwards (exact): each element is the sum that
 * it was. So the bias gradients of several gates are one.
 */
export const joinSums: Pass = (program, say) => {
  const families = familiesOf(program);
  for (const { reductions } of families) say?.(reductions.length);
  return rewriteGroups(
    program,
    families.map((family) => ({ equations: family.reductions, write: (draft) => writeJoined(family, draft) })),
  );
};

interface Family {
  readonly cut: Equation;
  /** One per part. */
  readonly reductions: readonly Equation[];
}

/** Splits of which every part is reduced alike, along other axes than the one that was cut. */
function familiesOf(program: Program): Family[] {
  const makers = makersOf(program);
  const cutOf = ({ inputs, params, primitive }: Equation): Equation | undefined => {
    const cut = primitive.semantics.kind === 'reduce' ? makers[inputs[0] as VarId] : undefined; // it has one operand
    const along = params.axes as readonly ParamValue[]; // of a reduction
    return cut?.primitive === known.split && !along.includes(cut.params.axis as number) ? cut : undefined; // of split
  };
  const alike = grouped(program.equations.filter(cutOf), (equation) => {
    const { primitive, params } = equation;
    return `${primitive.name} ${JSON.stringify(params)} ${cutOf(equation)?.outputs[0]}`;
  });
  return [...alike.values()].flatMap((all) => {
    const cut = cutOf(all[0] as Equation) as Equation; // groups have members, which have one
    const reductions = cut.outputs.map((id) => all.find(({ inputs }) => inputs[0] === id));
    return reductions.every((each) => each !== undefined) ? [{ cut, reductions }] : [];
  });
}

function writeJoined({ cut, reductions }: Family, draft: Draft): void {
  const [{ primitive, params }] = reductions as readonly [Equation]; // one per part
  const origin = commonOrigin(reductions.map((each) => each.origin));
  const whole = draft.one(primitive, cut.inputs, params, origin);
  const axis = cut.params.axis as number; // of split
  const left = axis - (params.axes as readonly number[]).filter((each) => each < axis).length; // of reductions
  writeParts(reductions, whole, { sizes: cut.params.sizes ?? [], axis: left }, draft, origin);
}
