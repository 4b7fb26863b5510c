export const emitScatter = (..._: unknown[]): number => { throw new Error('later'); };
