import type { Tensor } from '@throughline/tensor';

/** Where a part of a claim stands: characters from `at` up to `end`. */
export interface Span {
  readonly at: number;
  readonly end: number;
}

/** A time: constant + Σ coefficient · variable, all integers. `T` is the number of steps. */
export interface Time extends Span {
  readonly constant: number;
  readonly terms: Readonly<Record<string, number>>;
}

/** `f[t]`. */
export interface LineNode extends Span {
  readonly kind: 'line';
  readonly name: string;
  readonly time: Time;
}

/** A whole line that is held, or with `time` one value of it. */
export interface HeldNode extends Span {
  readonly name: string;
  readonly time: Time | null;
}

/** `∂c[t]/∂c[t−1] | h`. */
export interface DerivativeNode extends Span {
  readonly kind: 'derivative';
  readonly y: LineNode;
  readonly x: LineNode;
  readonly holding: readonly HeldNode[];
}

export type BinaryOp = '+' | '-' | '·' | '*' | '⊙' | '/' | '^';
export type FoldOp = 'prod' | 'sum' | 'max' | 'min';

/** An expression of a claim. */
export type Node =
  | (Span & { readonly kind: 'number'; readonly value: number })
  | (Span & { readonly kind: 'constant'; readonly value: Tensor })
  /** A parameter, the identity I, T, or a time variable. */
  | (Span & { readonly kind: 'name'; readonly name: string })
  | LineNode
  | DerivativeNode
  | (Span & { readonly kind: 'negative'; readonly of: Node })
  | (Span & { readonly kind: 'transpose'; readonly of: Node })
  | (Span & { readonly kind: 'binary'; readonly op: BinaryOp; readonly left: Node; readonly right: Node })
  | (Span & { readonly kind: 'call'; readonly name: string; readonly args: readonly Node[] })
  /** `prod(s = t+1..T, f[s])`. */
  | (Span & {
      readonly kind: 'fold';
      readonly op: FoldOp;
      readonly variable: string;
      readonly from: Time;
      readonly to: Time;
      readonly body: Node;
    })
  /** `max|tanh′|`: the largest slope of an activation anywhere. */
  | (Span & { readonly kind: 'slope'; readonly activation: string });

export type Relation = '=' | '≈' | '≤' | '≥' | '<' | '>';

/** What stands between two sides. `within` is the tolerance of ≈. */
export interface Link extends Span {
  readonly relation: Relation;
  readonly within: { readonly size: number; readonly relative: boolean } | null;
}

/** What a claim states. */
export type Statement =
  | { readonly kind: 'relation'; readonly sides: readonly Node[]; readonly links: readonly Link[] }
  | {
      readonly kind: 'dependence';
      readonly line: HeldNode;
      readonly on: HeldNode;
      readonly negated: boolean;
    };

/** The parts of an expression. */
export function partsOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'negative':
    case 'transpose':
      return [node.of];
    case 'binary':
      return [node.left, node.right];
    case 'call':
      return node.args;
    case 'fold':
      return [node.body];
    case 'derivative':
      return [node.y, node.x];
    default:
      return [];
  }
}

/** Every node of an expression, itself first. */
export function* nodesOf(node: Node): Generator<Node> {
  yield node;
  for (const part of partsOf(node)) yield* nodesOf(part);
}
