/** Thrown while a claim is traced for a proof when it has a part that no rule covers: then it is measured. */
export class Unprovable extends Error {
  override readonly name = 'Unprovable';
}
