import { slice, squeeze } from '@throughline/autograd';
import { ArgumentError, formatType, ShapeError, type Tensor } from '@throughline/tensor';
import type { StateDict } from '../safetensors/read.ts';
import { around } from './around.ts';
import { keras } from './dialect.ts';
import type { CellKind } from './kinds.ts';
import { assemble, type Found, type FoundLayer, gatesIn, type Named } from './layers.ts';
import type { Recurrent } from './recurrent.ts';
import { checkStateDict, listed, naturally } from './state-dict.ts';

/** How variables of Keras's are read. */
export interface KerasOptions {
  /** Where the recurrent layer is, when there are several: `'sequential/lstm'`. */
  readonly prefix?: string;
  /** Of a SimpleRNN, whose weights do not tell: tanh by default. */
  readonly activation?: 'tanh' | 'relu';
  /** Of a GRU without bias, whose weights do not tell; with one, its shape does. */
  readonly resetAfter?: boolean;
  /** 1 adds up the two rows of a GRU's bias where that may be; 2 keeps both. */
  readonly biases?: 1 | 2;
}

const op = 'fromKeras';

/** A cell's variables, and the path they have in common. */
interface Group {
  readonly path: string;
  readonly variables: Readonly<Record<string, Named>>;
}

/**
 * Recognises SimpleRNN, LSTM or GRU, and Bidirectional around one, among Keras's variables by path, and gives their
 * parameters in our layout, with an Embedding and a Dense around them if there is one of each.
 *
 * Paths are what `variable.path` says in Keras 3: `sequential/lstm/lstm_cell/kernel`. Several layers of one kind are taken as
 * stacked, in the order of their numbers, if their widths fit. Shapes: kernel [I, G·H] → for each gate W [I, H].
 * @throws ArgumentError, ShapeError or DTypeError when variables are missing, too many or of another framework, or shapes do not fit.
 * @example fromKeras({ 'lstm/lstm_cell/kernel': ones([3, 8]), 'lstm/lstm_cell/recurrent_kernel': ones([2, 8]), 'lstm/lstm_cell/bias': ones([8]) }).kind   // lstm
 */
export function fromKeras(variables: StateDict, options: KerasOptions = {}): Recurrent {
  checkStateDict(op, variables);
  const dict = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name.replace(/:0$/, ''), value]));
  const groups = groupsOf(dict, options.prefix);
  const found = layersOf(groups);
  const [first] = found as readonly [FoundLayer, ...FoundLayer[]]; // at least one group was found
  const kind = kindOf(first, options);
  const { biases = 1 } = options;
  const notices: string[] = [];
  if (first.forward.bias === null) notices.push('there are no biases in the file: b is 0');
  else if (kind === 'gru' && biases === 1) {
    notices.push(
      'the two rows of bias are one b (of n both are kept, since the reset stands between them): the same outputs; { biases: 2 } keeps both, for training on',
    );
  }
  if (kind === 'rnn' && options.activation === undefined) {
    notices.push(
      "a SimpleRNN's weights do not tell tanh from relu: tanh was taken; say { activation: 'relu' } otherwise",
    );
  }
  const split = found.map(({ forward, backward }) => ({
    forward: rows(forward),
    backward: backward && rows(backward),
  }));
  const layers = assemble(op, keras, kind, split, biases);
  const width = layers.dims.H * (layers.bidirectional ? 2 : 1);
  const used = new Set(groups.flatMap(({ variables: own }) => Object.values(own).map(({ name }) => name)));
  return { ...layers, ...around(keras, dict, used, layers.dims.I, width), notices };
}

/** Everything with a recurrent kernel, in the order of numbers in paths. */
function groupsOf(dict: StateDict, prefix: string | undefined): readonly Group[] {
  const names = Object.keys(dict);
  const paths = names.flatMap((name) => {
    const path = /^(.*[/.]|)recurrent_kernel$/.exec(name)?.[1];
    return path === undefined || !isUnder(path, prefix) ? [] : [path];
  });
  if (paths.length === 0) {
    const foreign = names.find((name) => /(^|\.)weight_hh(_l\d+)?$/.test(name));
    if (foreign !== undefined) throw new ArgumentError(op, `${foreign} is a name of PyTorch's. Use fromPytorch.`);
    const under = prefix === undefined ? '' : ` under ${prefix}`;
    const has = names.length === 0 ? 'the record is empty' : `there are ${listed(names)}`;
    throw new ArgumentError(
      op,
      `finds no recurrent layer${under}: ${has}. Keras calls its variables lstm/lstm_cell/kernel, lstm/lstm_cell/recurrent_kernel, lstm/lstm_cell/bias.`,
    );
  }
  return paths.sort(naturally).map((path) => {
    const own = names.filter((name) => name.startsWith(path));
    const strange = own.find((name) => !['kernel', 'recurrent_kernel', 'bias'].includes(name.slice(path.length)));
    if (strange !== undefined && path !== '')
      throw new ArgumentError(
        op,
        `${strange} is no variable of SimpleRNN, LSTM or GRU: this cell computes something else.`,
      );
    const variables = Object.fromEntries(
      ['kernel', 'recurrent_kernel', 'bias'].flatMap((role) => {
        const tensor = Object.hasOwn(dict, path + role) ? dict[path + role] : undefined;
        return tensor === undefined ? [] : [[role, { name: path + role, tensor }]];
      }),
    );
    return { path, variables };
  });
}

/** Whether a path begins with the whole steps of another: lstm_1/ is not under lstm. */
const isUnder = (path: string, prefix: string | undefined): boolean =>
  prefix === undefined || ['', '/', '.'].some((end) => path.startsWith(prefix + end) && /(^|[/.])$/.test(prefix + end));

/** Pairs of directions where Bidirectional made them, else each group a layer. */
function layersOf(groups: readonly Group[]): readonly FoundLayer[] {
  const isBackward = ({ path }: Group): boolean => /(^|[/.])backward_/.test(path);
  const backward = groups.filter(isBackward);
  const layers = groups
    .filter((group) => !isBackward(group))
    .map((group) => {
      const partner = backward.find(({ path }) => path === group.path.replace(/(^|[/.])forward_/, '$1backward_'));
      return { forward: foundIn(group), backward: partner === undefined ? null : foundIn(partner) };
    });
  const paired = layers.filter(({ backward: one }) => one !== null).length;
  if (paired < backward.length) {
    throw new ArgumentError(
      op,
      `${backward[0]?.path}recurrent_kernel has no forward direction beside it. Save all variables of the Bidirectional layer.`,
    );
  }
  const widths = layers.map(({ forward }) => gatesIn(op, keras, forward));
  const other = widths.findIndex(({ G, H }) => G !== widths[0]?.G || H !== widths[0]?.H);
  if (other > 0) {
    const [one, two] = [groups[0]?.path, groups.filter((group) => !isBackward(group))[other]?.path];
    throw new ArgumentError(
      op,
      `${one} and ${two} are layers of different kinds or widths. Take each by itself: { prefix: '${two}' }.`,
    );
  }
  return layers;
}

function foundIn({ path, variables }: Group): Found {
  const { kernel, recurrent_kernel: recurrent, bias = null } = variables;
  if (kernel === undefined || recurrent === undefined) {
    throw new ArgumentError(
      op,
      `${path}kernel is missing; there are ${listed(Object.values(variables).map(({ name }) => name))}. Save all variables of the layer.`,
    );
  }
  return { input: kernel, recurrent, bias, bias2: null };
}

/** A bias of two rows as two biases. */
function rows(found: Found): Found {
  const { bias } = found;
  if (bias === null || bias.tensor.rank !== 2) return found;
  const { name, tensor } = bias;
  const [count, width] = tensor.shape as [number, number]; // two axes
  if (count !== 2)
    throw new ShapeError(op, `${name} is ${formatType(tensor)}; a GRU's bias is [3·H], or [2, 3·H] with reset_after.`);
  const row = (at: number): Tensor => squeeze(slice(tensor, [at, 0], [at + 1, width]), 0);
  return { ...found, bias: { name: `${name}[0]`, tensor: row(0) }, bias2: { name: `${name}[1]`, tensor: row(1) } };
}

function kindOf({ forward }: FoundLayer, { activation, resetAfter }: KerasOptions): CellKind {
  const { G, H } = gatesIn(op, keras, forward);
  const { name } = forward.recurrent;
  if (activation === 'relu' && G !== 1)
    throw new ArgumentError(
      op,
      `${name} has ${G} gates, so it is no SimpleRNN: our lstm and gru have tanh, as Keras's do unless told otherwise. An activation of relu there cannot be converted.`,
    );
  if (G === 1) return activation === 'relu' ? 'rnnRelu' : 'rnn';
  if (G === 4) return 'lstm';
  if (G !== 3) throw new ArgumentError(op, `${name} has ${G} gates of ${H} columns; SimpleRNN has 1, GRU 3, LSTM 4.`);
  const byBias = forward.bias === null ? undefined : forward.bias.tensor.rank === 2;
  if (byBias !== undefined && resetAfter !== undefined && byBias !== resetAfter) {
    throw new ArgumentError(
      op,
      `${forward.bias?.name} is ${formatType(forward.bias?.tensor as Tensor)}, which is reset_after=${byBias ? 'True' : 'False'}: r ⊙ (h U) is not (r ⊙ h) U. Leave resetAfter out.`,
    );
  }
  const after = byBias ?? resetAfter;
  if (after === undefined)
    throw new ArgumentError(
      op,
      `${name} is a GRU's, without bias: its weights do not tell whether it resets before or after the product. Say { resetAfter: true } or { resetAfter: false }.`,
    );
  return after ? 'gru' : 'gruResetBefore';
}
