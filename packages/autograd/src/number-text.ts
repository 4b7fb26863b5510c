/** The number in as few digits as read back to the same bits. */
export const numberText = (x: number): string => (Object.is(x, -0) ? '-0' : `${x}`);
