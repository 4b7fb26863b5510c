export const emitRecurrence = (..._: unknown[]): number => { throw new Error('later'); };
