/**
 * A stretch of an unrolled cell as its tape has it: named values by step, and how much of the gradient each connection
 * carries. With s_τ the belt's state (else the first state) at the last step τ of the stretch, and L the loss,
 *
 *   share(a → b) = ‖the cotangent that b passes back to a‖₂ / ‖∂L/∂s_τ‖₂
 *
 * so that a belt which neither loses nor gains shows a band of one width. Between two named values may lie any number of
 * unnamed ones: the cotangent counted is the one that arrives at `a` along paths that meet no other named value.
 */
export interface BeltFigure {
  /** How the cell was initialised: a label of `BeltVariant`. */
  readonly variant: string;
  /** The line drawn as the belt, on top: a state's name. */
  readonly belt: string;
  readonly nodes: readonly BeltNode[];
  readonly edges: readonly BeltEdge[];
}

export interface BeltNode {
  /** Unique in the figure: `c[58]`. */
  readonly id: string;
  /** The line's name: `c`, `f`. Nodes of one label are drawn in one row or place. */
  readonly label: string;
  readonly t: number;
  readonly kind: 'state' | 'tap';
}

/** In the direction of the computation; the gradient flows the other way. */
export interface BeltEdge {
  readonly from: string;
  readonly to: string;
  readonly share: number;
}
