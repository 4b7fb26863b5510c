import { type Claim, isClaim } from '@throughline/rnn/claims';
import { UserFileError } from '../user-file/errors.ts';

/** The claims that a file exports: ``export const claims = [claim`…`]``. */
export function claimsOf(file: string, module: Readonly<Record<string, unknown>>): readonly Claim[] {
  const { claims = [] } = module;
  if (Array.isArray(claims) && claims.every(isClaim)) return claims;
  const wrong = Array.isArray(claims) ? `claims[${claims.findIndex((one) => !isClaim(one))}]` : 'claims';
  throw new UserFileError(file, `${wrong} is not a claim. Write export const claims = [claim\`…\`].`);
}
