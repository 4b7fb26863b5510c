import { add, Recorded, reshape } from '@throughline/autograd';
import { full, type Tensor } from '@throughline/tensor';
import { type Line, linesOf } from '../../questions/lines.ts';
import { partial, total } from '../../questions/total.ts';
import { valueAt } from '../../state.ts';
import type { DerivativeNode, Node } from '../language/ast.ts';
import { valueOfTime } from '../language/times.ts';
import type { Times } from '../meaning/domain.ts';
import type { Source } from '../meaning/evaluate.ts';
import { paramNamed, type Vocabulary } from '../meaning/vocabulary.ts';
import type { Differences, Measured } from './differences.ts';
import type { Specimen } from './specimen.ts';

/** [B, …] → [B, elements]. */
export const flatRows = (x: Tensor): Tensor =>
  x.rank === 2 ? x : reshape(x, [x.shape[0] ?? 0, x.size / (x.shape[0] ?? 1)]);

/** The parameters of a run by the names that claims give them. */
export const paramsOf =
  (text: string, words: Vocabulary, params: unknown) =>
  (node: Node & { kind: 'name' }): Tensor | undefined => {
    const path = paramNamed(text, words, node);
    return path === undefined ? undefined : (valueAt(params, path) as Tensor); // the path of a leaf
  };

/** Lines of a run's tape, and what stands between two of them: shared by what is measured and what is proved. */
export class Lines {
  readonly #lines: unknown;

  constructor(run: Omit<Specimen, 'name'>) {
    this.#lines = linesOf(run as unknown as Parameters<typeof linesOf>[0]); // names forgotten
  }

  at(name: string, t: number): Tensor {
    return (valueAt(this.#lines, name) as Line).at(t); // looked up when the claim was read
  }

  /** ∂y/∂x by the tape, or null where y was computed from nothing in the run. */
  derivative({ y, x, holding }: DerivativeNode, times: Times): ReturnType<typeof total> | null {
    const [end, start] = [y, x].map(({ name, time }) => this.at(name, valueOfTime(time, times))) as [Tensor, Tensor]; // two
    if (!(end instanceof Recorded) || !(start instanceof Recorded)) return null;
    if (holding.length === 0) return total(end, start);
    const held = holding.flatMap(({ name, time }): (Line | Tensor)[] => {
      const line = valueAt(this.#lines, name) as Line; // looked up when the claim was read
      if (time === null) return [line];
      const t = valueOfTime(time, times);
      return t >= line.first && t <= line.last ? [line.at(t)] : [];
    });
    return partial(end, start, { holding: held });
  }
}

/** Values from the run's tape, derivatives by reverse mode. */
export function reverseSource(specimen: Specimen, text: string, words: Vocabulary): Source {
  const lines = new Lines(specimen);
  const rows = rowsOf(specimen);
  const line = (name: string, t: number): Tensor => flatRows(lines.at(name, t).concrete('check'));
  return {
    rows,
    line,
    param: paramsOf(text, words, specimen.params),
    derivative(node, times) {
      const found = lines.derivative(node, times);
      if (found !== null) return found.matrices();
      const [m, n] = [node.y, node.x].map(({ name, time }) => line(name, valueOfTime(time, times)).shape[1] ?? 0);
      return full([rows, m ?? 0, n ?? 0], 0);
    },
  };
}

/** Values from the steps run one by one, derivatives by differences; moved by their errors to see what those amount to. */
export function differencesSource(
  specimen: Specimen,
  text: string,
  words: Vocabulary,
  differences: Differences,
): (moved: boolean) => Source {
  const known = new Map<string, Measured>();
  return (moved) => ({
    rows: rowsOf(specimen),
    line: (name, t) => differences.line(name, t),
    param: paramsOf(text, words, specimen.params),
    derivative(node, times) {
      const key = `${node.at} ${JSON.stringify(times)}`;
      const found = known.get(key) ?? differences.derivative(node, times);
      known.set(key, found);
      return moved ? add(found.value, found.error) : found.value;
    },
  });
}

export const rowsOf = ({ inputs }: Pick<Specimen, 'inputs'>): number => inputs[0]?.shape[0] ?? 0;
