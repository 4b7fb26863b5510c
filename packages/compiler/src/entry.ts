import { ArgumentError } from '@throughline/tensor';

/** What an entry point of this package brings when it is imported: a page that does not ask for it does not download it. */
export class Entry<T> {
  readonly #name: string;
  /** Null until it is imported. */
  brought: T | null = null;

  constructor(name: string) {
    this.#name = name;
  }

  /** @throws ArgumentError while it has not been imported. */
  for(op: string): T {
    if (this.brought !== null) return this.brought;
    throw new ArgumentError(op, `import '@throughline/compiler/${this.#name}' first; 'throughline' does.`);
  }
}
