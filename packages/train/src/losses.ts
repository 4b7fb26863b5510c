import { cast, div, logSoftmax, mean, mul, neg, oneHot, square, sub, sum, where } from '@throughline/autograd';
import {
  ArgumentError,
  Concrete,
  DTypeError,
  formatShape,
  formatType,
  isFloat,
  ShapeError,
  sameShape,
  type Tensor,
} from '@throughline/tensor';

/** Options of `crossEntropy`. */
export interface CrossEntropyOptions {
  /** How much each target counts, of the targets' shape: false or 0 leaves it out. The loss is the weighted mean. */
  readonly weights?: Tensor;
}

/**
 * Cross entropy of classes: the mean of −log softmax(logits) at the target.
 *
 * Shapes: logits [..., V], targets [...] → []. Dtypes: logits float, targets int32, weights bool or the logits' float.
 * Gradient: that of its parts, (softmax − one-hot) / count for plain means. Classes of logit −∞ cost nothing unless they
 * are a target. Computed by logSoftmax, so logits of any size do not overflow.
 * @throws ShapeError or DTypeError when the operands do not fit; ArgumentError when a target is no class, or nothing counts.
 * @example crossEntropy(tensor([[0, 0]]), tensor([1], { dtype: 'int32' }))   // f64[] 0.693147
 */
export function crossEntropy(logits: Tensor, targets: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const { weights } = options;
  const classes = checkClasses(logits, targets);
  // A choice and not a product with the one-hot: 0 · −∞ would be NaN.
  const chosen = cast(oneHot(targets, classes), 'bool');
  const losses = neg(sum(where(chosen, logSoftmax(logits), 0), -1));
  if (weights === undefined) return mean(losses);
  checkWeights(weights, logits, targets);
  if (weights.dtype !== 'bool') return div(sum(mul(weights, losses)), sum(weights));
  return div(sum(where(weights, losses, 0)), sum(cast(weights, logits.dtype)));
}

/**
 * The mean squared error over all elements.
 *
 * Shapes: prediction and target equal → []; they are not broadcast, since [B, 1] against [B] would be a different loss.
 * Dtypes: floats, equal. Gradient: 2 (prediction − target) / size, and its negative.
 * @throws ShapeError when the shapes differ or are empty; DTypeError when the dtypes differ.
 * @example meanSquaredError(tensor([1, 2]), tensor([1, 4]))   // f64[] 2
 */
export function meanSquaredError(prediction: Tensor, target: Tensor): Tensor {
  if (!sameShape(prediction.shape, target.shape)) {
    const remedy = prediction.size === target.size ? ` Use reshape(target, ${formatShape(prediction.shape)}).` : '';
    const types = `prediction is ${formatType(prediction)}, target is ${formatType(target)}`;
    throw new ShapeError('meanSquaredError', `${types}: shapes differ.${remedy}`);
  }
  checkNotEmpty('meanSquaredError', 'prediction', prediction);
  return mean(square(sub(prediction, target)));
}

/** The number of classes. */
function checkClasses(logits: Tensor, targets: Tensor): number {
  const types = `logits are ${formatType(logits)}, targets are ${formatType(targets)}`;
  if (!isFloat(logits.dtype)) throw new DTypeError('crossEntropy', `${types}: logits must be floats.`);
  if (targets.dtype !== 'int32') {
    throw new DTypeError(
      'crossEntropy',
      `${types}: targets must be int32 classes. Convert with cast(targets, 'int32').`,
    );
  }
  if (logits.rank === 0 || !sameShape(targets.shape, logits.shape.slice(0, -1))) {
    throw new ShapeError(
      'crossEntropy',
      `${types}: logits need the axes of the targets and one of classes after them.`,
    );
  }
  checkNotEmpty('crossEntropy', 'logits', logits);
  const classes = logits.shape[logits.rank - 1] as number; // rank > 0
  if (targets instanceof Concrete) {
    const at = targets.storage.findIndex((target) => target < 0 || target >= classes);
    if (at >= 0) {
      const value = `target ${targets.storage[at]} (element ${at} of ${formatType(targets)})`;
      throw new ArgumentError(
        'crossEntropy',
        `${value} is no class of ${formatType(logits)}: classes are 0…${classes - 1}.`,
      );
    }
  }
  return classes;
}

function checkWeights(weights: Tensor, logits: Tensor, targets: Tensor): void {
  const types = `weights are ${formatType(weights)}, targets are ${formatType(targets)}`;
  if (!sameShape(weights.shape, targets.shape)) throw new ShapeError('crossEntropy', `${types}: shapes differ.`);
  if (weights.dtype !== 'bool' && weights.dtype !== logits.dtype) {
    throw new DTypeError(
      'crossEntropy',
      `${types}, logits are ${formatType(logits)}: weights must be bool or the logits' dtype.`,
    );
  }
  if (weights instanceof Concrete && weights.storage.every((weight) => weight === 0)) {
    throw new ArgumentError(
      'crossEntropy',
      `all weights (${formatType(weights)}) are 0, so there is nothing to average.`,
    );
  }
}

function checkNotEmpty(op: string, what: string, x: Tensor): void {
  if (x.size === 0) throw new ShapeError(op, `${what} ${formatType(x)} has no elements to average.`);
}
