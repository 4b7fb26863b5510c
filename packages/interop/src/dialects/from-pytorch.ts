import { ArgumentError } from '@throughline/tensor';
import type { StateDict } from '../safetensors/read.ts';
import { around } from './around.ts';
import { pytorch } from './dialect.ts';
import type { CellKind } from './kinds.ts';
import { assemble, type Found, type FoundLayer, gatesIn, type Named } from './layers.ts';
import type { Recurrent } from './recurrent.ts';
import { checkStateDict, listed } from './state-dict.ts';

/** How a state dict of PyTorch's is read. */
export interface PytorchOptions {
  /** Where the recurrent layers are, when there are several: `'encoder.'`. */
  readonly prefix?: string;
  /** Of an nn.RNN, whose weights do not tell: tanh by default. */
  readonly nonlinearity?: 'tanh' | 'relu';
  /** 1 adds PyTorch's two biases up; 2 keeps both, with a cell that has two. */
  readonly biases?: 1 | 2;
}

const op = 'fromPytorch';
const pattern = /^(.*?)(weight|bias)_(ih|hh|hr|ch|c[ifo])(?:_l(\d+)(_reverse)?)?$/;

/** A name, taken apart. */
interface Parsed extends Named {
  readonly prefix: string;
  /** `weight_ih`. */
  readonly role: string;
  readonly layer: number;
  readonly reverse: boolean;
}

/**
 * Recognises nn.RNN, nn.LSTM, nn.GRU or one of their cells in a state dict, and gives its parameters in our layout, with an
 * embedding and a linear layer around it if there is one of each.
 *
 * Shapes: weight_ih_l0 [G·H, I] → for each gate W [I, H], by ops, so that gradients go through. Bits: kept, but for two biases
 * that are added up. The relu of an nn.RNN must be said.
 * @throws ArgumentError, ShapeError or DTypeError when names are missing, too many or of another framework, or shapes do not fit.
 * @example fromPytorch({ weight_ih_l0: ones([8, 3]), weight_hh_l0: ones([8, 2]), bias_ih_l0: ones([8]), bias_hh_l0: ones([8]) }).kind   // lstm
 */
export function fromPytorch(stateDict: StateDict, options: PytorchOptions = {}): Recurrent {
  checkStateDict(op, stateDict);
  const { prefix, names } = choose(stateDict, options.prefix);
  checkStrangers(stateDict, prefix, names);
  const found = layersOf(prefix, names);
  const kind = kindOf(found, options.nonlinearity);
  const { biases = 1 } = options;
  const notices: string[] = [];
  const hasBias = found[0]?.forward.bias !== null;
  if (!hasBias) notices.push('there are no biases in the file: b is 0');
  else if (biases === 1) {
    const but = kind === 'gru' ? ' (of n both are kept, since the reset stands between them)' : '';
    notices.push(`bias_ih + bias_hh are one b${but}: the same outputs; { biases: 2 } keeps both, for training on`);
  }
  if (kind === 'rnn' && options.nonlinearity === undefined) {
    notices.push(
      "an nn.RNN's weights do not tell tanh from relu: tanh was taken; say { nonlinearity: 'relu' } otherwise",
    );
  }
  const layers = assemble(op, pytorch, kind, found, biases);
  const width = (layers.dims.P ?? layers.dims.H) * (layers.bidirectional ? 2 : 1);
  const used = new Set(names.map(({ name }) => name));
  return { ...layers, ...around(pytorch, stateDict, used, layers.dims.I, width), notices };
}

/** The names of one module, and where it stands. */
function choose(
  dict: StateDict,
  wanted: string | undefined,
): { readonly prefix: string; readonly names: readonly Parsed[] } {
  const all = Object.entries(dict).flatMap(([name, tensor]): Parsed[] => {
    const [, prefix = '', array = '', kind = '', layer, reverse] = pattern.exec(name) ?? [];
    if (kind === '') return [];
    return [
      { name, tensor, prefix, role: `${array}_${kind}`, layer: Number(layer ?? 0), reverse: reverse !== undefined },
    ];
  });
  const prefixes = [...new Set(all.map(({ prefix }) => prefix))];
  if (prefixes.length === 0) {
    const names = Object.keys(dict);
    const foreign = names.find((name) => /(^|[/.])recurrent_kernel(:0)?$/.test(name));
    if (foreign !== undefined) throw new ArgumentError(op, `${foreign} is a name of Keras's. Use fromKeras.`);
    const own = names.find((name) => /(^|\.)[a-z]\w*\.U$/.test(name));
    if (own !== undefined)
      throw new ArgumentError(
        op,
        `${own} is a name of ours: these parameters are in our layout already. Use nested(tensors).`,
      );
    const has = names.length === 0 ? 'the record is empty' : `there are ${listed(names)}`;
    throw new ArgumentError(
      op,
      `finds no recurrent layer: ${has}. PyTorch calls its arrays weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0.`,
    );
  }
  const prefix = wanted ?? (prefixes.length === 1 ? prefixes[0] : undefined);
  const shown = listed(prefixes.map((one) => (one === '' ? "''" : one)));
  if (prefix === undefined)
    throw new ArgumentError(
      op,
      `there are recurrent layers under ${shown}. Choose one with { prefix: '${prefixes[0]}' }.`,
    );
  if (!prefixes.includes(prefix))
    throw new ArgumentError(op, `there is no recurrent layer under ${prefix}; there is under ${shown}.`);
  return { prefix, names: all.filter((one) => one.prefix === prefix) };
}

/** What stands among a module's arrays and is none of them changes what it computes. */
function checkStrangers(dict: StateDict, prefix: string, names: readonly Parsed[]): void {
  const peephole = names.find(({ role }) => /_c/.test(role));
  if (peephole !== undefined)
    throw new ArgumentError(
      op,
      `${peephole.name} is a peephole, which nn.LSTM does not have. Read such a file with readSafetensors, and set the parameters by hand.`,
    );
  if (prefix === '') return;
  const own = new Set(names.map(({ name }) => name));
  const strange = Object.keys(dict).find((name) => name.startsWith(prefix) && !own.has(name));
  if (strange !== undefined)
    throw new ArgumentError(
      op,
      `${strange} is no array of nn.RNN, nn.LSTM or nn.GRU: this module computes something else.`,
    );
}

function layersOf(prefix: string, names: readonly Parsed[]): FoundLayer[] {
  const last = names.reduce((most, { layer }) => Math.max(most, layer), 0);
  const isCell = names.every(({ name }) => !/_l\d+/.test(name));
  const take = (role: string, layer: number, reverse: boolean): Named | null =>
    names.find((one) => one.role === role && one.layer === layer && one.reverse === reverse) ?? null;
  const nameFor = (role: string, layer: number, reverse: boolean): string =>
    `${prefix}${role}${isCell ? '' : `_l${layer}`}${reverse ? '_reverse' : ''}`;
  const direction = (layer: number, reverse: boolean): Found => {
    const need = (role: string): Named => {
      const found = take(role, layer, reverse);
      if (found !== null) return found;
      const has = names.filter((one) => one.layer === layer).map(({ name }) => name);
      const there =
        has.length === 0 ? `there are ${listed(names.map(({ name }) => name))}` : `there are ${listed(has)}`;
      throw new ArgumentError(
        op,
        `${nameFor(role, layer, reverse)} is missing; ${there}. Save the whole state_dict().`,
      );
    };
    const [input, recurrent] = [need('weight_ih'), need('weight_hh')];
    const projects = names.some(({ role }) => role === 'weight_hr');
    const some = names.some(({ role }) => role.startsWith('bias'));
    return {
      input,
      recurrent,
      bias: some ? need('bias_ih') : null,
      bias2: some ? need('bias_hh') : null,
      projection: projects ? need('weight_hr') : null,
    };
  };
  const layers: FoundLayer[] = [];
  // A hostile file may name layer 10^15: the loop ends at the first one that is missing.
  for (let layer = 0; layer <= last; layer++) {
    const both = names.some((one) => one.layer === layer && one.reverse);
    layers.push({ forward: direction(layer, false), backward: both ? direction(layer, true) : null });
  }
  return layers;
}

function kindOf(found: readonly FoundLayer[], nonlinearity: PytorchOptions['nonlinearity']): CellKind {
  const [first] = found as readonly [FoundLayer, ...FoundLayer[]]; // at least one name was found
  const { recurrent, projection } = first.forward;
  const { G, H } = gatesIn(op, pytorch, first.forward);
  if (G === 1) return nonlinearity === 'relu' ? 'rnnRelu' : 'rnn';
  const plain = G === 3 ? 'gru' : G === 4 ? 'lstm' : null;
  const kind = projection == null ? plain : G === 4 ? 'projectedLstm' : null;
  if (kind === null)
    throw new ArgumentError(op, `${recurrent.name} has ${G} gates of ${H} rows; nn.RNN has 1, nn.GRU 3, nn.LSTM 4.`);
  if (nonlinearity === 'relu')
    throw new ArgumentError(
      op,
      `nonlinearity is that of an nn.RNN; this is an ${pytorch.cells[kind]?.called}, by its ${G} gates.`,
    );
  return kind;
}
