/** @file What can be asked of a random recurrence. */
import type { Tensor } from '@throughline/tensor';
import { add, grad, jvp, mapTree, mul, neg, stack, sum, tanh, valueAndGrad, vmap } from '../../index.ts';
import type { Arguments, Recurrence } from './net.ts';
import { run, scoreOf } from './run.ts';

type Floats = Omit<Arguments, 'marks' | 'once'>;
type Part = Record<'U' | 'h', Tensor>;
type Question = (net: Recurrence) => (args: Arguments) => unknown;

const floatsOf = ({ params, start, totals, xs }: Arguments): Floats => ({ params, start, totals, xs });

/** A scalar of everything that comes out. */
export const loss =
  (net: Recurrence) =>
  (args: Arguments): Tensor =>
    scoreOf(run(net)(args), net.dtype);

const gradientAt = (net: Recurrence, args: Arguments): { value: Tensor; grad: Floats } =>
  valueAndGrad((floats: Floats) => loss(net)({ ...args, ...floats }))(floatsOf(args)) as never; // as Floats

/** Arguments with other U and h. */
const changed = (args: Arguments, { U, h }: Part): Arguments => ({
  ...args,
  params: { ...args.params, U },
  start: { ...args.start, h },
});
const partOf = ({ params: { U }, start: { h } }: Arguments): Part => ({ U, h });

/** Two of a tensor, the second with the other sign. */
const two = (x: Tensor): Tensor => stack([x, neg(x)]);

/** What is differentiated twice: of a large recurrence it would be thousands of equations. */
function smaller(net: Recurrence): Recurrence {
  const lines = net.lines.slice(0, 2);
  const isDeep = lines.some(({ op }) => /loop|while/i.test(op));
  return { ...net, lines, totals: net.totals.slice(0, 2), inside: isDeep ? 'nothing' : net.inside };
}

/** Functions of a recurrence's arguments. */
export const questions = {
  run,
  gradient: (net) => (args) => gradientAt(net, args),
  tangent: (net) => (args) => jvp((part: Part) => run(net)(changed(args, part)), partOf(args), partOf(args)),
  'tangent of the gradient': (net) => (args) =>
    jvp((part: Part) => gradientAt(smaller(net), changed(args, part)).grad.params, partOf(args), partOf(args)),
  'gradient of the gradient': (net) => (args) =>
    grad((U: Tensor) => {
      const inner = grad((V: Tensor) => loss(smaller(net))({ ...args, params: { ...args.params, U, V } }))(
        args.params.V,
      );
      return sum(mul(tanh(inner), add(inner, 0.5)));
    })(args.params.U),
  'many at once': (net) => (args) =>
    vmap((h: Tensor) => run(net)(changed(args, { U: args.params.U, h })))(two(args.start.h)),
  'many sequences': (net) => (args) =>
    vmap((xs: Arguments['xs']) => run(net)({ ...args, xs }))(mapTree(args.xs, two) as Arguments['xs']), // tensors for tensors
  'gradients of many': (net) => (args) =>
    vmap((h: Tensor) => gradientAt(net, changed(args, { U: args.params.U, h })))(two(args.start.h)),
} satisfies Record<string, Question>;
