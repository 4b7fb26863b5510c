/** Whether a stands before b in ascending order, in which NaN is the largest. */
export const below = (a: number, b: number): boolean => a < b || (Number.isNaN(b) && !Number.isNaN(a));
