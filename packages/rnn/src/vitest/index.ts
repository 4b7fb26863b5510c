// claims in vitest: expect.extend(claimMatchers)
export { claimMatchers } from './to-hold.ts';
