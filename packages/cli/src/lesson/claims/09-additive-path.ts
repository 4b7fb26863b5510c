import { add, foldIn, key, mul, sigmoid, tanh } from '@throughline/autograd';
import { type AnyCell, affine, chrono, defineCell, gate, lstm, minus } from '@throughline/rnn';
import type { Tensor } from '@throughline/tensor';
import { defineLessonClaim, type Judgement, type LessonClaim, type Part } from '../claim.ts';
import { medians, over } from '../curves.ts';
import { highwayStack, residualStack, type Stack, transformerStack } from '../depth/layers.ts';
import { type Spectrum, throughLayers, throughSteps } from '../depth/spectra.ts';

/** A net with its additive path, and the same without it. */
export interface Family {
  readonly name: string;
  spectrum(key: Tensor, n: number, depth: number, additive: boolean): Spectrum;
}

/** What one seed gives of a family. */
export interface PathMeasured {
  readonly name: string;
  readonly with: Spectrum;
  readonly cut: Spectrum;
}

const sizes = { full: { n: 16, depth: 60 }, test: { n: 3, depth: 4 } };

/** The LSTM whose cell state is written anew at every step: c′ = i ⊙ g. */
const cutLstm = defineCell({
  name: 'cutLstm',
  params: { i: gate(), o: gate(), g: gate() },
  state: ['h', 'c'],
  step(p, { h, c }, x) {
    const next = add(mul(sigmoid(affine(p.i, x, h)), tanh(affine(p.g, x, h))), c.mul(0));
    const out = mul(sigmoid(affine(p.o, x, h)), tanh(next));
    return { state: { h: out, c: next }, out };
  },
});

const cellFamily = (name: string, cell: AnyCell): Family => ({
  name,
  spectrum: (from, n, depth, additive) => throughSteps(additive ? cell : cutLstm, 'c', from, n, depth),
});
export const stackFamily = (stack: Stack): Family => ({
  name: stack.name,
  spectrum: (from, n, depth, additive) => throughLayers(stack, from, n, depth, additive),
});

const families: readonly Family[] = [
  cellFamily('LSTM, bias 1', lstm.with({ f: { b: 1 } })),
  cellFamily('LSTM, chrono', lstm.with({ f: { b: chrono(60) }, i: { b: minus('f.b') } })),
  stackFamily(highwayStack(-1)),
  stackFamily(highwayStack(-4)),
  stackFamily(residualStack),
  stackFamily(transformerStack),
];

/** The claim about other families. */
export const pathClaim = (among: readonly Family[]): LessonClaim<readonly PathMeasured[]> =>
  defineLessonClaim({
    number: 9,
    sentence:
      'LSTM, highway net, ResNet and the residual stream of a Transformer are one idea: an additive path for the gradient.',
    question: 'Does the gradient live on along what is added, in each of them, and die where the path is cut?',
    method:
      'Untrained nets of width 16 and depth 60 (steps of an LSTM, layers with weights of their own of the others; the Transformer reads four places), and the same nets with what is added taken away: c′ = i ⊙ g, tanh(x W), relu(x V) W, attention and mlp alone. Singular values of ∂x_l/∂x_0 by the exact Jacobians; of the LSTM ∂c_l/∂c_0. The one in the middle, which decides, says what half of all directions keep at most; how long a random gradient stays is a reading, and falls far less where the path is cut, since a few directions remain. Cut, the LSTM’s is 0 by construction.',
    control: 'The same net compared with itself gains nothing, so that the claim is refuted.',
    async measure(seed, work) {
      const { n, depth } = sizes[work.budget];
      const measured: PathMeasured[] = [];
      for (const [i, { name, spectrum }] of among.entries()) {
        const from = foldIn(key(seed), i);
        await work.turn();
        measured.push({ name, with: spectrum(from, n, depth, true), cut: spectrum(from, n, depth, false) });
        work.progress((i + 1) / among.length);
      }
      return measured;
    },
    judge,
  });

export default pathClaim(families);

const kept = 1e-2;
const gained = 1e6;
/** Below this a singular value is rounding. */
const floor = 1e-16;

function judge(measured: readonly (readonly PathMeasured[])[]): Judgement {
  const names = measured[0]?.map(({ name }) => name) ?? [];
  const depth = measured[0]?.[0]?.with.layers.at(-1) ?? 0;
  const of = (i: number, read: (one: PathMeasured) => number): number[] =>
    measured.map((all) => (all[i] === undefined ? Number.NaN : read(all[i])));
  const end = (values: readonly number[]): number => values.at(-1) ?? Number.NaN;
  const parts = names.map((name, i): Part => {
    const values = of(i, (one) => end(one.with.middle));
    const gains = of(i, (one) => end(one.with.middle) / Math.max(floor, end(one.cut.middle)));
    return {
      says: `the gradient lives on along the additive path, and dies where it is cut (${name})`,
      what: `middle singular value of ∂x_${depth}/∂x_0, ${name}`,
      values,
      threshold: '≥ 0.01, and at least 10⁶ times that of the net without the path',
      holds: values.every((value) => value >= kept) && gains.every((gain) => gain >= gained),
    };
  });
  const good = names.filter((_, i) => parts[i]?.holds);
  const grown = names.filter((_, i) => parts[i]?.holds && of(i, (one) => end(one.with.length)).every((x) => x >= 10));
  return {
    parts,
    oracles: [
      {
        what: 'every number is finite',
        holds: measured.every((all) =>
          all.every((one) => [...one.with.length, ...one.cut.length].every(Number.isFinite)),
        ),
      },
    ],
    condition: `the path is open: in ${good.join(', ')} it is${grown.length === 0 ? '' : ` (in ${grown.join(', ')} a random gradient even grows, tenfold or more)`}. Where a gate stands on it that starts partly closed (${names.filter((name) => !good.includes(name)).join(', ')}), what is carried fades by the gate’s factor at every step`,
    readings: names.flatMap((name, i) => [
      { what: `middle singular value without the path, ${name}`, values: of(i, (one) => end(one.cut.middle)) },
      { what: `length that a random gradient keeps, ${name}`, values: of(i, (one) => end(one.with.length)) },
      { what: `the same without the path, ${name}`, values: of(i, (one) => end(one.cut.length)) },
    ]),
    charts: [chart(measured)],
  };
}

function chart(measured: readonly (readonly PathMeasured[])[]): Judgement['charts'][number] {
  const names = measured[0]?.map(({ name }) => name) ?? [];
  const at = measured[0]?.[0]?.with.layers ?? [];
  const course = (i: number, read: (one: PathMeasured) => readonly number[]): number[] =>
    medians(measured.map((all) => (all[i] === undefined ? [] : read(all[i]))));
  return {
    kind: 'lines',
    title:
      'What half of all directions keep of a gradient, at most, over depth or time; dashed without the additive path',
    x: { label: 'layers or steps' },
    y: { label: 'middle singular value', scale: 'log', floor },
    series: names.flatMap((name, i) => [
      {
        label: name,
        color: i,
        points: over(
          at,
          course(i, (one) => one.with.middle),
        ),
      },
      {
        label: `${name}, cut`,
        color: i,
        style: 'quiet' as const,
        points: over(
          at,
          course(i, (one) => one.cut.middle),
        ),
      },
    ]),
  };
}
