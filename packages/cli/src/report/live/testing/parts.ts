import { canonicalJson } from '../../canonical.ts';
import { sha256 } from '../sha256.ts';
import { liveParts } from '../source.ts';

/** What a page computes of reach, figures and belts at small sizes, as one hash: the same in Node and in every browser. */
export function hashOfParts(): string {
  const settings = { dtype: 'float64', hidden: 3, inputs: 2, steps: 5, batch: 2, seed: 11 } as const;
  const parts = liveParts({ settings, beside: null }).filter(({ path }) => !path.endsWith('gradients'));
  return sha256(canonicalJson(parts.map(({ compute }) => compute())));
}

/** Changes when what `throughline check` measures does: then Node's test says what it has become. */
export const expectedHash = '770670654386e64653273a32604b20e3a8d1d12d838f35d1ac6d44a38429fa12';
