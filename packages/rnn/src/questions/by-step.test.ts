import { add, flatten, grad, key, mean, mul, normal, square, sub, sum, tanh } from '@throughline/autograd';
import { type Tensor, tensor, zeros } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { flow } from '../analysis/index.ts';
import {
  type AnyCell,
  affine,
  defineCell,
  gate,
  gru,
  gruResetBefore,
  lstm,
  param,
  rnn,
  rnnRelu,
  unroll,
} from '../index.ts';
import { norm2 } from './norms.ts';

const [T, B, I, H] = [5, 2, 2, 3];
const xs = normal(key(5), [T, B, I]);
const values = (tree: unknown): number[] => flatten('test', tree).leaves.flatMap((leaf) => [...leaf.data]);
const far = (a: readonly number[], b: readonly number[]): number => {
  expect(a.length).toBe(b.length);
  return Math.max(0, ...a.map((value, i) => Math.abs(value - (b[i] as number))));
};
const message = (ask: () => unknown): string => {
  try {
    ask();
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
};
type AnyLines = { out: { at(t: number): Tensor } };
const lossOf = (lines: AnyLines): Tensor => add(sum(square(lines.out.at(T))), mean(lines.out.at(2)));

describe.each(([rnn, rnnRelu, lstm, gru, gruResetBefore] as AnyCell[]).map((cell) => [cell.name, cell] as const))(
  '%s',
  (_, cell) => {
    const params = cell.init(key(3), { I, H });
    const asked = flow(unroll(cell, params, xs), (lines) => lossOf(lines as unknown as AnyLines));
    const whole = grad((p: typeof params) => {
      const { out } = unroll(cell, p, xs);
      const at = (t: number): Tensor => out.slice([t - 1, 0, 0], [t, B, H]).reshape([B, H]);
      return lossOf({ out: { at } });
    })(params);

    test('the shares of all steps add up to the gradient, for every parameter and every gate', () => {
      const { paths, leaves } = flatten('test', whole);
      for (const [n, path] of paths.entries()) {
        const steps = asked.byStep(path);
        const added = [1, 2, 3, 4, 5].map((t) => steps.cotangent(t) as Tensor).reduce((a, b) => add(a, b));
        expect(far(values(added), values(leaves[n]))).toBeLessThanOrEqual(1e-13);
        expect(steps.norms).toEqual([1, 2, 3, 4, 5].map((t) => norm2(steps.cotangent(t) as Tensor)));
      }
      for (const name of cell.gates) {
        const steps = asked.byStep(name);
        const gates = [1, 2, 3, 4, 5].map((t) => values(steps.cotangent(t)));
        const expected = values((whole as Record<string, unknown>)[name]);
        expect(
          far(
            expected.map((_value, i) => gates.reduce((a, one) => a + (one[i] as number), 0)),
            expected,
          ),
        ).toBeLessThanOrEqual(1e-13);
        steps.norms.forEach((norm, i) => {
          expect(Math.abs(norm - Math.hypot(...(gates[i] as number[])))).toBeLessThanOrEqual(1e-14);
        });
      }
    });

    test('each share by differences: one step with parameters of its own', () => {
      const name = cell.gates[0] as string;
      const run = (t: number, by: number): number => {
        let state = cell.initialState({ I, H }, B);
        const outs: Tensor[] = [];
        for (let n = 1; n <= T; n++) {
          const own = params[name] as Record<string, Tensor>;
          const U = own.U?.add(tensor([by, 0, 0, 0, 0, 0, 0, 0, 0], { shape: [H, H] })) as Tensor;
          const x = xs.slice([n - 1, 0, 0], [n, B, I]).reshape([B, I]);
          const step = cell.step(n === t ? { ...params, [name]: { ...own, U } } : params, state, x);
          state = step.state;
          outs.push(step.out);
        }
        return lossOf({ out: { at: (n) => outs[n - 1] as Tensor } }).item();
      };
      const shares = asked.byStep(`${name}.U`);
      for (let t = 1; t <= T; t++) {
        const by = 1e-4;
        const slope = (8 * (run(t, by) - run(t, -by)) - (run(t, 2 * by) - run(t, -2 * by))) / (12 * by);
        expect(Math.abs(slope - ((shares.cotangent(t) as Tensor).data[0] as number))).toBeLessThanOrEqual(1e-10);
      }
    });
  },
);

test('a loss that reads early steps only takes nothing from the later ones', () => {
  const asked = flow(unroll(lstm, lstm.init(key(1), { I, H }), xs), (lines) => sum(lines.out.at(2)));
  const { norms } = asked.byStep('f.W');
  expect(norms.slice(2)).toEqual([0, 0, 0]);
  expect(norms[0]).toBe(0); // c[0] is 0, so f[1] does not matter
  expect(norms[1]).toBeGreaterThan(0);
});

test('types: a parameter gives a tensor, a gate a record; integers among them', () => {
  const indexed = defineCell({
    name: 'indexed',
    params: { deep: { h: gate() }, n: param('H') },
    state: ['h'],
    step(p, { h }, x) {
      const next = tanh(affine(p.deep.h, x, h));
      return { state: { h: next }, out: next };
    },
  });
  const params = { ...indexed.init(key(1), { I, H }), n: tensor([1, 2, 3], { dtype: 'int32' }) };
  const asked = flow(unroll(indexed, params, xs), (lines) => sum(mul(lines.h.at(T), lines.h.at(T))));
  const U: Tensor = asked.byStep('deep.h.U').cotangent(1);
  const record: { readonly W: Tensor; readonly U: Tensor; readonly b: Tensor } = asked.byStep('deep.h').cotangent(1);
  expect(far(values(U), values(record.U))).toBe(0);
  expect(asked.byStep('deep').cotangent(2).h.b.shape).toEqual([H]);
  expect(message(() => asked.byStep('n'))).toBe('flow: n is i32[3], which has no derivative.');
  expect(message(() => asked.byStep('deep.h.U').cotangent(0))).toBe('flow: deep.h.U has no t = 0: t = 1…5.');
  expect(message(() => asked.byStep('deep.q' as 'deep'))).toBe(
    'flow: indexed has no parameter deep.q; it has deep.h.W, deep.h.U, deep.h.b, n.',
  );
});

/** Mistakes that the type checker must find; none is run. */
const mistakes = (): unknown => {
  const asked = flow(unroll(lstm, lstm.init(key(1), { I, H }), zeros([T, B, I])), (lines) =>
    sum(sub(lines.h.at(1), 1)),
  );
  // @ts-expect-error there is no gate q
  asked.byStep('q');
  // @ts-expect-error a gate has no V
  return asked.byStep('f.V');
};
test('what must not type-check does not', () => expect(mistakes).toBeTypeOf('function'));
