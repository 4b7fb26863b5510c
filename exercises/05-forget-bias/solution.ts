import { chrono, lstm, minus } from 'throughline';

/** Tallec and Ollivier, "Can recurrent neural networks warp time?", 2018. */
export const memory = lstm.with({ f: { b: chrono(60) }, i: { b: minus('f.b') } });
