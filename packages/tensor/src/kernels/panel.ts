/**
 * A matrix product on strided memory: out[i,j] += Σ_k a[i,k]·b[k,j], k ascending, one chain per output.
 */
export interface Panel {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  readonly aRow: number;
  readonly aDepth: number;
  readonly bDepth: number;
  readonly bColumn: number;
  readonly outRow: number;
  readonly outColumn: number;
}
