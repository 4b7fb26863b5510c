import { type Equation, known, type Program, type VarId } from '@throughline/autograd/back-end';
import { ensure } from '../collections.ts';
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
  const byKey = new Map<string, { cut: Equation; reductions: (Equation | undefined)[] }>();
  for (const equation of program.equations) {
    const { primitive, inputs, params } = equation;
    const { semantics } = primitive;
    const part = inputs[0];
    const cut = part === undefined ? undefined : makers[part];
    const axes = params.axes;
    if (semantics.kind !== 'reduce' || cut?.primitive !== known.split || !Array.isArray(axes)) continue;
    if (axes.includes(cut.params.axis)) continue;
    const key = `${primitive.name} ${JSON.stringify(params)} ${cut.outputs[0]}`;
    const group = ensure(byKey, key, () => ({
      cut,
      reductions: cut.outputs.map((): Equation | undefined => undefined),
    }));
    group.reductions[cut.outputs.indexOf(part as VarId)] ??= equation;
  }
  return [...byKey.values()].flatMap(({ cut, reductions }) => {
    const all = reductions.filter((each) => each !== undefined);
    return all.length === reductions.length ? [{ cut, reductions: all }] : [];
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
