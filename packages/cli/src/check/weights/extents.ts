import type { AnyCell, Dims, ParamSpecs, ParamTree } from '@throughline/rnn';
import { formatType, Tensor } from '@throughline/tensor';
import { UserFileError } from '../../user-file/errors.ts';

/**
 * The extents of a cell's parameters as a file has them, by letter.
 * @throws UserFileError when one is missing, is too many, or has another shape than the cell declares.
 */
export function extentsIn(path: string, cell: AnyCell, params: ParamTree): Dims {
  const found = new Map<string, { readonly extent: number; readonly name: string }>();
  walk(cell.params, params, '');
  return Object.fromEntries([...found].map(([letter, { extent }]) => [letter, extent])) as unknown as Dims; // I and H are letters of every cell with gates

  function walk(specs: ParamSpecs, values: ParamTree, prefix: string): void {
    for (const [key, spec] of Object.entries(specs)) {
      const name = `${prefix}${key}`;
      const value = values[key];
      if (spec.kind !== 'param') {
        if (typeof value !== 'object' || value === null || value instanceof Tensor) {
          throw new UserFileError(path, `has no ${name} of ${cell.name}; it is a file of another cell.`);
        }
        walk(spec as ParamSpecs, value, `${name}.`); // no declaration, so a record
      } else if (value instanceof Tensor) measure(name, String(spec.axes), value);
      else throw new UserFileError(path, `has no ${name} of ${cell.name}; it is a file of another cell.`);
    }
    const strange = Object.keys(values).find((key) => !(key in specs) && key !== 'b2');
    if (strange !== undefined) {
      throw new UserFileError(
        path,
        `has ${prefix}${strange}, which ${cell.name} does not; it is a file of another cell.`,
      );
    }
  }

  function measure(name: string, axes: string, value: Tensor): void {
    const whole = `${name} is ${formatType(value)}`;
    if (value.rank !== axes.length) {
      throw new UserFileError(path, `${whole}; ${cell.name} declares it with axes [${[...axes].join(', ')}].`);
    }
    [...axes].forEach((letter, axis) => {
      const extent = value.shape[axis] as number; // as many axes as letters
      const first = found.get(letter);
      if (first === undefined) found.set(letter, { extent, name });
      else if (first.extent !== extent) {
        throw new UserFileError(path, `${whole}: ${letter} is ${extent} there, and ${first.extent} in ${first.name}.`);
      }
    });
  }
}
