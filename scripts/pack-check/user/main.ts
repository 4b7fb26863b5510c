// A user's file: type-checked against the installed declarations, bundled for a page, and run.
import { grad, mul, ShapeError, type Tensor, tensor } from 'throughline';

export function describe(x: Tensor): string {
  return `${x}, rank ${x.rank}`;
}

const checks: [string, boolean][] = [
  ['a tensor prints', describe(tensor([1, 2])).includes('f64[2]')],
  ['errors are classes', new ShapeError('op', 'm') instanceof Error],
  ['errors keep their names', new ShapeError('op', 'm').name === 'ShapeError'],
  ['gradients flow', grad((x: Tensor) => mul(x, x))(tensor(3)).item() === 6],
];

export const failed = checks.filter(([, holds]) => !holds).map(([name]) => name);
