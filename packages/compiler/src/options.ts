/** How a function is compiled. */
export interface CompileOptions {
  /**
   * Whether sums may be added in another order (true by default): then a result differs from the interpreter's by rounding
   * alone. Either way the bits are the same on every engine and for any number of threads.
   */
  readonly reassociate?: boolean;
  /**
   * `'fast'` fuses multiplications with additions where the engine can, takes shorter exp, tanh and sigmoid, and stores 0 for
   * results below 2^−110 (float64: 2^−1000): bits differ from machine to machine.
   */
  readonly arithmetic?: 'exact' | 'fast';
  /** 1 keeps it to the calling thread; otherwise it runs on all that `startThreads` has started. */
  readonly threads?: 1;
}
