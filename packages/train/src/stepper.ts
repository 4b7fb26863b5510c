import { all, isFinite as finite, flatten, type Like, logicalAnd, valueAndGrad, where } from '@throughline/autograd';
import { compile } from '@throughline/compiler';
import { isDifferentiable, type Tensor, tensor } from '@throughline/tensor';
import { clipByNorm, globalNorm } from './clip.ts';
import type { Optimizer, OptimizerState } from './optimizers/optimizer.ts';

/** What a step changes. */
interface Learned<P, S> {
  readonly params: P;
  readonly state: S;
}

/** What a step tells: numbers of the parameters before it. */
interface Told {
  readonly loss: number;
  readonly gradientNorm: number;
  /** Whether the parameters after it are finite. */
  readonly sound: boolean;
}

/** Makes one step after another, and keeps what was learned. A step whose numbers are not finite changes nothing. */
export interface Stepper<P, B, S> {
  step(batch: B): Told;
  /** What has been learned: a copy, or the thing itself where nothing will change it. */
  read(): Learned<P, S>;
  /** The gradient that a step with this batch would take now. */
  gradient(batch: B): unknown;
}

/** What steps are made of. */
interface Recipe<P, B, S extends OptimizerState> {
  loss(params: P, batch: B): Tensor;
  readonly optimizer: Optimizer<S>;
  readonly clip: number | undefined;
  readonly start: Learned<P, S>;
  readonly compiled: boolean;
}

/** Steps that run compiled, unless that is not wanted or does not work. */
export function stepper<P, B, S extends OptimizerState>(recipe: Recipe<P, B, S>): Stepper<P, B, S> {
  if (!recipe.compiled) return asWritten(recipe);
  let current = atOnce(recipe);
  return {
    step(batch) {
      try {
        return current.step(batch);
      } catch (error) {
        // As written it may work; if not, it says why in its own words.
        const written = asWritten({ ...recipe, start: current.read() });
        const told = written.step(batch);
        notify(`train: runs as written, since a step cannot be compiled: ${String((error as Error).message)}`); // whatever was thrown
        current = written;
        return told;
      }
    },
    read: () => current.read(),
    gradient: (batch) => current.gradient(batch),
  };
}

/** Each op as it is called: the loss may read numbers. */
function asWritten<P, B, S extends OptimizerState>({ start, ...recipe }: Recipe<P, B, S>): Stepper<P, B, S> {
  const both = valueAndGrad(recipe.loss);
  let learned = start;
  return {
    step(batch) {
      const { value, grad } = both(learned.params, batch);
      const { grads, norm } = clipped(grad, recipe.clip);
      const told = { loss: value.item(), gradientNorm: norm.item() };
      if (!Number.isFinite(told.loss) || !Number.isFinite(told.gradientNorm)) return { ...told, sound: false };
      const after = recipe.optimizer.update(learned.state, grads as Like<P, Tensor | null>, learned.params); // clipping keeps the structure
      const sound = Boolean(allFinite(after.params).item());
      if (sound) learned = after;
      return { ...told, sound };
    },
    read: () => learned,
    gradient: (batch) => both(learned.params, batch).grad,
  };
}

/** The whole step as one compiled program: gradient, norm, clipping, update. */
function atOnce<P, B, S extends OptimizerState>({ loss, optimizer, clip, start }: Recipe<P, B, S>): Stepper<P, B, S> {
  const both = valueAndGrad(loss);
  function trainStep(before: Learned<P, S>, batch: B) {
    const { value, grad } = both(before.params, batch);
    const { grads, norm } = clipped(grad, clip);
    const after = optimizer.update(before.state, grads as Like<P, Tensor | null>, before.params); // clipping keeps the structure
    const sound = allFinite(after.params);
    const isGood = logicalAnd(logicalAnd(finite(value), finite(norm)), sound);
    return {
      state: choose(isGood, { params: after.params, state: after.state }, before),
      aux: { loss: value, gradientNorm: norm, sound },
    };
  }
  const compiled = compile(trainStep, { state: start });
  return {
    step(batch) {
      const { loss, gradientNorm, sound } = compiled(batch);
      return { loss: loss.item(), gradientNorm: gradientNorm.item(), sound: Boolean(sound.item()) };
    },
    read: () => compiled.read(),
    gradient: (batch) => both(compiled.read().params, batch).grad,
  };
}

/** Says something that is no error, once. */
function notify(text: string): void {
  if (told.has(text)) return;
  told.add(text);
  // biome-ignore lint/suspicious/noConsole: whoever runs it should know why it is slow
  console.warn(text);
}

const told = new Set<string>();

const clipped = (grad: unknown, clip: number | undefined): { grads: unknown; norm: Tensor } =>
  clip === undefined ? { grads: grad, norm: globalNorm(grad) } : clipByNorm(grad, clip);

/** Whether every float of a tree is: a learning rate that is a function may give anything. */
function allFinite(tree: unknown): Tensor {
  const leaves = flatten('train', tree).leaves.filter(isDifferentiable);
  return leaves.map((leaf) => all(finite(leaf))).reduce((a, b) => logicalAnd(a, b), tensor(true));
}

/** One tree or the other, leaf by leaf. */
function choose<T>(condition: Tensor, yes: T, no: T): T {
  const [a, b] = [flatten('train', yes), flatten('train', no)];
  return a.rebuild(a.leaves.map((leaf, i) => pick(condition, leaf, b.leaves[i]))) as T; // T's structure
}

const pick = (condition: Tensor, yes: Tensor, no: Tensor | undefined): Tensor =>
  no === undefined || no === yes ? yes : where(condition, yes, no);
