/** A cell that cannot be checked; the message says why. */
export class CheckError extends Error {
  override readonly name = 'CheckError';
}
