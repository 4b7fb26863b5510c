export const emitGather = (..._: unknown[]): number => { throw new Error('later'); };
