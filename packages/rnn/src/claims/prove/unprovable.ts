/** Thrown while a claim is traced for a proof when it has a part that no rule covers: then it is measured. */
export class Unprovable extends Error {
  override readonly name = 'Unprovable';
}

/** A proof that cannot be made is none. */
export function attempt<R>(f: () => R): R | undefined {
  try {
    return f();
  } catch (error) {
    if (error instanceof Unprovable) return undefined;
    throw error;
  }
}
