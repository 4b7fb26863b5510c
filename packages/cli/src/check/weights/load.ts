import {
  fromKeras,
  fromPytorch,
  type NestedTensors,
  nested,
  type Recurrent,
  recognizeDialect,
  type Safetensors,
} from '@throughline/interop';
import { FileAccessError, loadSafetensors } from '@throughline/interop/node';
import type { AnyCell, Dims, ParamTree } from '@throughline/rnn';
import { formatType, Tensor } from '@throughline/tensor';
import { builtInCells, loadCell } from '../../user-file/cell.ts';
import { UserFileError } from '../../user-file/errors.ts';
import { userPath } from '../../user-file/load.ts';
import { extentsIn } from './extents.ts';
import { inFloat64, type TrainedModel } from './model.ts';

/** How a file of weights is read. */
export interface WeightsOptions {
  readonly path: string;
  /** The cell, by name or file, where the file does not say. */
  readonly cell: string | null;
  readonly prefix: string | undefined;
  readonly nonlinearity: 'tanh' | 'relu' | undefined;
}

/**
 * Reads a trained model: what `throughline train --save` wrote, or a state dict of PyTorch's or Keras's variables.
 * @throws UserFileError naming the file for all that is wrong with it.
 */
export async function loadModel(options: WeightsOptions): Promise<TrainedModel> {
  const file = readFile(options.path);
  const dialect = recognizeDialect(file.tensors);
  const notices = Object.values(file.tensors).some(({ dtype }) => dtype === 'float32')
    ? ['the file has float32: checked in float64, at the same numbers']
    : [];
  const tensors = inFloat64(file.tensors);
  if (dialect === 'throughline' || (dialect === null && options.cell !== null)) {
    return { ...(await ownModel(options, { ...file, tensors })), notices };
  }
  if (dialect === null) {
    throw new UserFileError(
      options.path,
      'holds no recurrent layer by the names of PyTorch, Keras or Throughline. If it is a cell’s parameters, name the cell: throughline check CELL --weights FILE.',
    );
  }
  if (options.cell !== null) {
    throw new UserFileError(
      options.path,
      `is ${dialect === 'pytorch' ? 'PyTorch' : 'Keras'}'s, and says which cell it is. Leave out ${options.cell}.`,
    );
  }
  const model = foreignModel(options, dialect, tensors);
  return { ...model, vocabulary: vocabularyIn(options.path, file), notices: [...notices, ...model.notices] };
}

function readFile(path: string): Safetensors {
  try {
    return loadSafetensors(userPath(path));
  } catch (error) {
    if (!(error instanceof FileAccessError)) throw error;
    throw new UserFileError(path, error.reason, { cause: error });
  }
}

/** What training that diverged leaves behind is no model: nothing measured at it would be true. */
function requireFinite(path: string, tensors: Safetensors['tensors'], unused: readonly string[] = []): void {
  for (const [name, tensor] of Object.entries(tensors)) {
    if (tensor.dtype !== 'float64' || unused.includes(name)) continue;
    const bad = tensor.toTypedArray().find((value) => !Number.isFinite(value));
    if (bad !== undefined) throw new UserFileError(path, `${name} has ${bad} in it. Give a model of finite numbers.`);
  }
}

function foreignModel(
  { path, prefix, nonlinearity }: WeightsOptions,
  dialect: 'pytorch' | 'keras',
  tensors: Safetensors['tensors'],
): Omit<TrainedModel, 'vocabulary'> {
  const under = prefix === undefined ? {} : { prefix };
  const read = (): Recurrent =>
    dialect === 'pytorch'
      ? fromPytorch(tensors, { ...under, ...(nonlinearity === undefined ? {} : { nonlinearity }) })
      : fromKeras(tensors, { ...under, ...(nonlinearity === undefined ? {} : { activation: nonlinearity }) });
  const found = named(path, read);
  const { cell, layers, dims, bidirectional, embedding, linear, unused, notices } = found;
  requireFinite(path, tensors, unused);
  const count = layers.length === 1 ? '' : `, ${layers.length} layers`;
  const what = `${dialect === 'pytorch' ? 'PyTorch' : 'Keras'}'s ${cell.name}${count}${bidirectional ? ', both directions' : ''}`;
  const passed =
    unused.length === 0 ? [] : [`not used: ${unused.slice(0, 6).join(', ')}${unused.length > 6 ? ', …' : ''}`];
  return {
    path,
    what,
    cell,
    layers,
    dims: { I: dims.I, H: dims.H, ...(dims.P === undefined ? {} : { P: dims.P }) },
    embedding,
    linear,
    notices: [...notices.map((text) => asOptions(text.replace(/; \{ biases.*$/, ''))), ...passed],
  };
}

/** What a conversion threw, with the file's name, and its remedies as the command line has them. */
function named(path: string, read: () => Recurrent): Recurrent {
  try {
    return read();
  } catch (error) {
    const { message } = error as Error; // conversions throw nothing else
    throw new UserFileError(path, asOptions(message.replace(/^from\w+: /, '')), { cause: error });
  }
}

const asOptions = (text: string): string =>
  text.replace(
    /\{ (prefix|nonlinearity|activation): '([^']*)' \}/g,
    (_, name, value) => `--${name === 'prefix' ? name : 'nonlinearity'} ${value}`,
  );

/** Our own layout: embedding, cell and linear as `throughline train` names them, or a cell's parameters alone. */
async function ownModel(
  { path, cell: named, prefix }: WeightsOptions,
  file: Safetensors,
): Promise<Omit<TrainedModel, 'notices'>> {
  const whole = nested(file.tensors);
  const under = prefix === undefined ? (whole.cell ?? whole) : whole[prefix.replace(/\.$/, '')];
  if (under === undefined || under instanceof Tensor)
    throw new UserFileError(path, `has nothing under ${prefix}; there is ${Object.keys(whole).join(', ')}.`);
  const params = under as ParamTree; // tensors in records
  const cell = await cellFor(path, named, file.metadata.cell);
  const dims = extentsIn(path, cell, params);
  requireFinite(path, file.tensors);
  return {
    path,
    what: `${cell.name} of Throughline's`,
    cell,
    layers: [{ forward: params }],
    dims: dims as Dims,
    ...(under === whole ? { embedding: null, linear: null } : layersBeside(path, whole, dims)),
    vocabulary: vocabularyIn(path, file),
  };
}

/** What feeds the cell its inputs, and what reads its outputs, where the file has them. */
function layersBeside(path: string, whole: NestedTensors, { I, H }: Dims): Pick<TrainedModel, 'embedding' | 'linear'> {
  const find = (layer: string, own: string, takes: readonly (number | string)[]): Tensor => {
    const found = (whole[layer] as NestedTensors)[own]; // a tensor in its place has no such name
    if (!(found instanceof Tensor))
      throw new UserFileError(path, `has no ${layer}.${own}. Add it, or leave ${layer} out of the file.`);
    const fits =
      found.rank === takes.length &&
      takes.every((extent, axis) => typeof extent === 'string' || found.shape[axis] === extent);
    if (fits) return found;
    throw new UserFileError(
      path,
      `${layer}.${own} is ${formatType(found)}; with a cell of I = ${I} and H = ${H} it has to be [${takes.join(', ')}]. Give it that shape, or leave ${layer} out of the file.`,
    );
  };
  const embedding = 'embedding' in whole ? { W: find('embedding', 'W', ['N', I]) } : null;
  if (!('linear' in whole)) return { embedding, linear: null };
  const W = find('linear', 'W', [H, 'N']);
  return { embedding, linear: { W, b: find('linear', 'b', W.shape.slice(1)) } };
}

async function cellFor(path: string, named: string | null, said: string | undefined): Promise<AnyCell> {
  if (named !== null) return await loadCell(named);
  if (said !== undefined && Object.hasOwn(builtInCells, said)) return builtInCells[said] as AnyCell; // an own key
  const which =
    said === undefined ? 'does not say of which cell it is' : `is of the cell ${said}, which is a file of yours`;
  throw new UserFileError(path, `${which}. Name it: throughline check CELL --weights ${path}.`);
}

/** The characters in the order of their ids, as `throughline train` writes them. */
function vocabularyIn(path: string, { metadata }: Safetensors): readonly string[] | null {
  const { vocabulary } = metadata;
  if (vocabulary === undefined) return null;
  const characters = [...vocabulary];
  if (new Set(characters).size !== characters.length)
    throw new UserFileError(path, 'has a vocabulary in which a character stands twice.');
  return characters;
}
