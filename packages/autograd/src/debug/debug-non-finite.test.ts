import { full, type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { whileLoop } from '../control/index.ts';
import {
  add,
  div,
  evaluate,
  exp,
  grad,
  greater,
  isFinite as isFiniteOp,
  jvp,
  log,
  logSoftmax,
  matmul,
  max,
  maximum,
  mul,
  pad,
  scan,
  scope,
  softmax,
  sqrt,
  sub,
  sum,
  tanh,
  trace,
  valueAndGrad,
  vjp,
  where,
  whereSafe,
} from '../index.ts';
import { debugNonFinite, NonFiniteError, type NonFiniteStory, withLines } from './index.ts';

const infinity = Number.POSITIVE_INFINITY;

function errorOf(run: () => unknown): NonFiniteError {
  try {
    run();
  } catch (error) {
    if (error instanceof NonFiniteError) return error;
    throw error;
  }
  throw new Error('nothing was found');
}
const storyOf = (run: () => unknown): NonFiniteStory => errorOf(run).story;
const textOf = (run: () => unknown): string => errorOf(run).message.replaceAll(/[^ ]*\//g, '');

describe('the message', () => {
  test('forward: op, numbers, place, line, cause, remedy', () => {
    const f = (x: Tensor) => sum(log(x));
    expect(
      textOf(() =>
        debugNonFinite(f)(
          tensor([
            [1, 2],
            [0, 3],
          ]),
        ),
      ),
    ).toMatch(
      /^log: made -Infinity at \[1, 0\], called at debug-non-finite\.test\.ts:\d+:\d+: log\(0\) is -Infinity\. Cause: log of 0\. Use log\(maximum\(x, 1e-12\)\), logSoftmax in place of log\(softmax\(x\)\), or whereSafe\(greater\(x, 0\), log, x, 1\) within where\.$/,
    );
  });

  test('backward: step, cell and gate too', () => {
    const root = (x: Tensor) => scope({ cell: 'mine' }, () => scope({ gate: 'f' }, () => sqrt(x)));
    const f = (x: Tensor) =>
      sum(scan((h: Tensor, v: Tensor) => ({ carry: add(h, root(v)), y: h }), tensor(0), x).carry);
    expect(textOf(() => debugNonFinite(grad(f))(tensor([1, 0, 4])))).toMatch(
      /^sqrt: its pullback made Infinity, in step 2, cell mine, gate f, called at debug-non-finite\.test\.ts:\d+:\d+: div\(1, 0\) is Infinity\. Cause: sqrt at 0\. The derivative of sqrt is infinite at 0\. /,
    );
  });

  test('what entered is named by its path, with its place there', () => {
    const f = (p: { w: Tensor }, xs: readonly Tensor[]) => matmul(xs[0] as Tensor, p.w);
    const run = () => debugNonFinite(f)({ w: tensor([[1], [Number.NaN]]) }, [tensor([[1, 2]])]);
    expect(textOf(run)).toMatch(
      /^contract: read NaN at \[1, 0\], called at [^ ]+: it came with argument 0\.w\. Cause: entered\. Look at the data, or at the update that made this parameter\. A deliberate infinity needs \{ allow: \['infinity'\] \}\.$/,
    );
  });

  test('the stack is that of the op, not of the end of the run', () => {
    const guilty = (x: Tensor) => log(x);
    expect(errorOf(() => debugNonFinite((x: Tensor) => sum(guilty(x)))(tensor([0]))).stack).toMatch(/guilty/);
  });
});

describe('what counts', () => {
  const x = tensor([1, 0, -1]);
  test('finite programs report nothing, and return what f returns', () => {
    const f = (v: Tensor) => ({ y: softmax(v), parts: [v, 3, null, 'text'] as const });
    expect(`${debugNonFinite(f)(x).y}`).toBe(`${f(x).y}`);
    expect(debugNonFinite(() => undefined)()).toBeUndefined();
    debugNonFinite(grad((v: Tensor) => sum(mul(logSoftmax(v), softmax(v)))))(x);
    debugNonFinite((v: Tensor) => max(pad(v, [1], [1])))(full([3], 1e300));
  });

  test('what where passes over does no harm, forward', () => {
    const f = (v: Tensor) => sum(where(greater(v, 0), log(v), 0));
    expect(debugNonFinite(f)(x).item()).toBe(0);
    expect(debugNonFinite((v: Tensor) => where(isFiniteOp(log(v)), 1, 0))(x).toArray()).toEqual([1, 0, 0]);
  });

  test('the same, backward: a NaN of the inactive branch is named; whereSafe has none', () => {
    for (const [op, v] of [
      [log, x],
      [sqrt, x],
      [(y: Tensor) => div(1, y), tensor([1, 0])],
    ] as const) {
      const f = (y: Tensor) => sum(where(greater(y, 0), op(y), 0));
      const story = storyOf(() => debugNonFinite(grad(f))(v));
      expect([story.direction, story.cause]).toEqual(['backward', 'inactive where branch']);
      expect(story.remedy).toContain('whereSafe');
      const safe = (y: Tensor) => sum(where(greater(y, 0), whereSafe(greater(y, 0), op, y, 1), 0));
      debugNonFinite(grad(safe))(v);
    }
  });

  test('the remedies of the commonest causes are finite', () => {
    debugNonFinite(grad((v: Tensor) => sum(sqrt(add(v, 1e-12)))))(tensor([0, 1]));
    debugNonFinite(grad((v: Tensor) => sum(log(maximum(v, 1e-12)))))(tensor([0, 1]));
    debugNonFinite(grad((v: Tensor) => sum(mul(logSoftmax(v), tensor([0, 1])))))(tensor([0, -2000]));
    debugNonFinite((v: Tensor) => softmax(v))(tensor([0, 2000]));
  });

  test('an infinity that vanishes is found: sigmoid and tanh would hide it', () => {
    const story = storyOf(() => debugNonFinite((v: Tensor) => tanh(exp(v)))(tensor([800])));
    expect([story.op, story.cause]).toEqual(['exp', 'exp overflow']);
  });

  test('masks of −∞ that the program writes are meant; the NaN they lead to is not', () => {
    const masked = (mask: Tensor) => (v: Tensor) => softmax(where(greater(mask, 0), v, -infinity));
    debugNonFinite(masked(tensor([1, 0, 1])))(x);
    debugNonFinite(grad((v: Tensor) => sum(mul(masked(tensor([1, 0, 1]))(v), x))))(x);
    const naive = (v: Tensor) => sub(add(v, full([3], -infinity)), max(add(v, full([3], -infinity))));
    expect(storyOf(() => debugNonFinite(naive)(x)).cause).toBe('∞−∞');
  });

  test('infinities that come with arguments or reach a result count, unless allowed; NaN always counts', () => {
    const f = (mask: Tensor) => softmax(add(x, mask));
    const mask = tensor([0, -infinity, 0]);
    expect(storyOf(() => debugNonFinite(f)(mask)).cause).toBe('entered');
    debugNonFinite(f, { allow: ['infinity'] })(mask);
    expect(storyOf(() => debugNonFinite(log)(tensor([0]))).cause).toBe('log of 0');
    expect(debugNonFinite(log, { allow: ['infinity'] })(tensor([0])).item()).toBe(-infinity);
    const zeroTimes = (v: Tensor) => mul(v, log(v));
    expect(storyOf(() => debugNonFinite(zeroTimes, { allow: ['infinity'] })(tensor([0]))).cause).toBe('0·∞');
    expect(
      storyOf(() => debugNonFinite((v: Tensor) => add(v, 1), { allow: ['infinity'] })(tensor([Number.NaN]))).op,
    ).toBe('add');
  });

  test('a result that no op made', () => {
    expect(textOf(() => debugNonFinite((v: Tensor) => v)(tensor([Number.NaN])))).toMatch(
      /^the result: read NaN at \[0\].*: it came with argument 0\. Cause: entered\./,
    );
    expect(storyOf(() => debugNonFinite(() => tensor(Number.NaN))()).cause).toBe('entered');
  });
});

describe('causes', () => {
  const cases: readonly (readonly [string, (x: Tensor) => Tensor, number])[] = [
    ['sqrt of a negative number', (x) => sqrt(x), -1],
    ['log of a negative number', (x) => log(x), -1],
    ['division by 0', (x) => div(1, x), 0],
    ['division by 0', (x) => div(x, x), 0],
    ['overflow', (x) => mul(x, x), 1e200],
    ['overflow', (x) => sum(mul(x, tensor([1, 1]))), 1.7e308],
    ['∞/∞', (x) => div(mul(x, tensor(infinity)), tensor(infinity)), 1],
    ['0·∞', (x) => matmul(tensor([[0]]).mul(x), tensor([[infinity]])), 1],
    ['exp overflow', (x) => exp(x), 710],
  ];
  test.each(cases)('%s', (cause, f, at) => {
    expect(storyOf(() => debugNonFinite(f)(tensor(at))).cause).toBe(cause);
  });

  test('of a product of matrices the term is told', () => {
    const f = (a: Tensor) => matmul(a, tensor([[1], [1e200], [2]]));
    expect(
      storyOf(() =>
        debugNonFinite(f)(
          tensor([
            [1, 1, 1],
            [3, 1e200, 5],
          ]),
        ),
      ).evidence,
    ).toBe('a sum of 3 products has the term 1e+200 · 1e+200');
  });

  test('exploding: the factor per step is told', () => {
    const f = (w: Tensor) => scan((h: Tensor) => ({ carry: mul(h, w), y: {} }), tensor(1), {}, { length: 400 }).carry;
    const story = storyOf(() => debugNonFinite(f)(tensor(10)));
    expect([story.step, story.cause, story.detail]).toEqual([
      309,
      'exploding product',
      'Step after step its numbers became 10 times as large.',
    ]);
  });

  test('one spike is no explosion, and 308 steps do not explode', () => {
    const spike = (w: Tensor) =>
      scan((h: Tensor, x: Tensor) => ({ carry: mul(x, w), y: h }), tensor(1), tensor([1, 1, 1, 1, 1, 1, 1, 1e200]))
        .carry;
    expect(storyOf(() => debugNonFinite(spike)(tensor(1e200))).cause).toBe('overflow');
    const f = (w: Tensor) => scan((h: Tensor) => ({ carry: mul(h, w), y: {} }), tensor(1), {}, { length: 308 }).carry;
    expect(debugNonFinite(f)(tensor(10)).item()).toBeGreaterThan(1e307);
  });
});

describe('under transforms', () => {
  const logs = (xs: Tensor) => scan((h: Tensor, x: Tensor) => ({ carry: add(h, sqrt(x)), y: h }), tensor(0), xs).carry;
  const xs = tensor([4, 1, 0, 9]);

  test('a recorded loop, forward and backward: step and line as in an eager one', () => {
    const program = withLines(() => trace((v: Tensor) => logs(v), xs));
    const forward = storyOf(() =>
      debugNonFinite((v: Tensor) => evaluate(program, [v])[0] as Tensor)(tensor([4, 1, 0, -9])),
    );
    expect([forward.op, forward.direction, forward.step]).toEqual(['sqrt', 'forward', 4]);
    expect(forward.line).toMatch(/debug-non-finite\.test\.ts:\d+:\d+$/);
    const eager = storyOf(() => debugNonFinite(grad(logs))(xs));
    const loop = (v: Tensor): Tensor => evaluate(program, [v])[0] as Tensor; // one output
    const recorded = storyOf(() => debugNonFinite(grad(loop))(xs));
    const gradient = withLines(() => trace((v: Tensor) => grad(logs)(v), xs));
    const traced = storyOf(() => debugNonFinite((v: Tensor) => evaluate(gradient, [v])[0] as Tensor)(xs));
    for (const story of [eager, recorded, traced]) {
      expect([story.op, story.direction, story.step, story.cause, story.line]).toEqual([
        'sqrt',
        'backward',
        3,
        'sqrt at 0',
        forward.line,
      ]);
    }
  });

  test('a while loop counts its steps, eager and recorded', () => {
    const steps = storyOf(() =>
      debugNonFinite((x: Tensor) =>
        whileLoop(
          (v) => greater(v, -5),
          (v) => add(sub(v, 1), mul(0, log(v))),
          x,
        ),
      )(tensor(2)),
    );
    expect([steps.op, steps.step]).toEqual(['log', 3]);
  });

  test('gradients of gradients', () => {
    const f = (x: Tensor) => mul(x, sqrt(x));
    expect(debugNonFinite(grad(f))(tensor(4)).item()).toBe(3);
    const story = storyOf(() => debugNonFinite(grad(grad(f)))(tensor(0)));
    expect([story.op, story.direction]).toEqual(['sqrt', 'backward']);
  });

  test('vjp inside, valueAndGrad, and debugging inside grad', () => {
    const pulled = (x: Tensor) => vjp((v: Tensor) => sqrt(v), x).pullback(tensor([1, 0]));
    expect(storyOf(() => debugNonFinite(pulled)(tensor([1, 0]))).cause).toBe('sqrt at 0');
    expect(storyOf(() => debugNonFinite(valueAndGrad((x: Tensor) => sum(log(x))))(tensor([0]))).direction).toBe(
      'forward',
    );
    const inner = (x: Tensor) => sum(debugNonFinite((v: Tensor) => log(v))(x));
    expect(storyOf(() => grad(inner)(tensor([0]))).cause).toBe('log of 0');
  });

  test('forward mode', () => {
    const story = storyOf(() => debugNonFinite((x: Tensor) => jvp((v: Tensor) => sqrt(v), x, tensor(1)))(tensor(0)));
    expect([story.op, story.direction]).toEqual(['sqrt', 'tangent']);
  });

  test('nothing is left behind: what runs afterwards is not watched', () => {
    errorOf(() => debugNonFinite(grad(logs))(xs));
    expect(log(tensor(0)).item()).toBe(-infinity);
    const program = trace((v: Tensor) => tanh(v), tensor(1));
    expect(program.equations[0]?.origin).toBeUndefined();
  });
});

describe('bad input', () => {
  test('an option that does not exist, an async function', () => {
    const allow = ['nan'] as unknown as ['infinity'];
    expect(() => debugNonFinite(log, { allow })).toThrow(
      /^debugNonFinite: allow has "nan"\. It may have 'infinity'\.$/,
    );
    expect(() => debugNonFinite(async () => tensor(1))()).toThrow(/^debugNonFinite: f is an async function/);
  });

  test("an error of f's own comes through", () => {
    expect(() => debugNonFinite(() => matmul(full([2, 3], 1), full([2, 3], 1)))()).toThrow(/^matmul: /);
  });
});
