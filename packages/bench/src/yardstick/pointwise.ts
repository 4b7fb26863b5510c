import type { Code, FunctionIndex, Local, Module } from '@throughline/compiler/internals';
import { type Lanes, lanesOf, type Push } from './lanes.ts';

/** What the loops beside the products need to know. */
export interface Shape {
  readonly H: number;
  /** Elements from one row of gates to the next. */
  readonly gateRow: number;
  readonly double: boolean;
  readonly fast: boolean;
}

type Pointers = readonly Local[];

/** A function over rows of a batch: its parameters are pointers, which move by `strides` elements, and how many rows. */
function overRows(
  module: Module,
  shape: Shape,
  strides: readonly number[],
  body: (code: Code, lanes: Lanes, pointers: Pointers) => void,
): FunctionIndex {
  return module.function({ parameters: [...strides.map(() => 'i32' as const), 'i32'], results: [] }, (code, all) => {
    const [pointers, rows] = [all.slice(0, -1), all.at(-1)];
    if (rows === undefined) return;
    const lanes = lanesOf(code, shape.double, shape.fast);
    code.loop((again) => {
      body(code, lanes, pointers);
      pointers.forEach((pointer, i) => {
        code
          .get(pointer)
          .i32((strides[i] ?? 0) * lanes.bytes)
          .op('i32Add')
          .set(pointer);
      });
      code.get(rows).i32(1).op('i32Sub').tee(rows).jumpIf(again);
    });
  });
}

/** `body` for each vector of the first `length` elements at the pointers, with how to load and store at a part of a row. */
function along(
  code: Code,
  lanes: Lanes,
  length: number,
  body: (
    load: (pointer: Local, part?: number) => Push,
    store: (pointer: Local, part: number, value: Push) => void,
  ) => void,
): void {
  const at = code.local('i32');
  const step = 16;
  const load =
    (pointer: Local, part = 0): Push =>
    () =>
      void code
        .get(pointer)
        .get(at)
        .op('i32Add')
        .memory('v128Load', part * lanes.bytes);
  const store = (pointer: Local, part: number, value: Push): void => {
    code.get(pointer).get(at).op('i32Add');
    value();
    code.memory('v128Store', part * lanes.bytes);
  };
  code.count(at, 0, length * lanes.bytes, step, () => body(load, store));
  code.release(at);
}

/** gates += bias, σ or tanh of them in place; c, tanh c and h. Gates stand in the order i, f, o, g. (z, bias, c before, c, tanh c, h, rows) */
export function forward(module: Module, shape: Shape): FunctionIndex {
  const { H, gateRow } = shape;
  return overRows(module, shape, [gateRow, 0, H, H, H, H], (code, lanes, pointers) => {
    const [z, bias, before, c, tanhC, h] = pointers as [Local, Local, Local, Local, Local, Local]; // six strides
    const local = (): Local => code.local('v128');
    const [g, next] = [local(), local()];
    along(code, lanes, 3 * H, (load, store) => {
      store(z, 0, () => lanes.sigmoid(() => lanes.op('Add', load(z), load(bias))));
    });
    along(code, lanes, H, (load, store) => {
      lanes.tanh(() => lanes.op('Add', load(z, 3 * H), load(bias, 3 * H)));
      code.set(g);
      store(z, 3 * H, () => code.get(g));
      lanes.multiplyAdd(load(z, H), load(before), () => lanes.op('Mul', load(z), () => code.get(g)));
      code.set(next);
      store(c, 0, () => code.get(next));
    });
    along(code, lanes, H, (load, store) => {
      lanes.tanh(load(c));
      code.set(next);
      store(tanhC, 0, () => code.get(next));
      store(h, 0, () => lanes.op('Mul', load(z, 2 * H), () => code.get(next)));
    });
    code.release(g, next);
  });
}

/** The cotangents of the gates in place of the gates, and dc of the step before in place of dc. (gates, c before, tanh c, dh, dc, rows) */
export function backward(module: Module, shape: Shape): FunctionIndex {
  const { H, gateRow } = shape;
  return overRows(module, shape, [gateRow, H, H, H, H], (code, lanes, pointers) => {
    const [z, before, tanhC, dh, dc] = pointers as [Local, Local, Local, Local, Local]; // five strides
    const one = lanes.constant(1);
    const [i, f, o, g, t, u, v] = Array.from({ length: 7 }, () => code.local('v128')) as [
      Local,
      Local,
      Local,
      Local,
      Local,
      Local,
      Local,
    ]; // seven
    const get =
      (local: Local): Push =>
      () =>
        void code.get(local);
    const { op } = lanes;
    along(code, lanes, H, (load, store) => {
      for (const [local, push] of [
        [i, load(z)],
        [f, load(z, H)],
        [o, load(z, 2 * H)],
        [g, load(z, 3 * H)],
        [t, load(tanhC)],
        [u, load(dh)],
      ] as const) {
        push();
        code.set(local);
      }
      // x·(1 − x)·y
      const slope =
        (x: Local, y: Push): Push =>
        () =>
          op('Mul', () => op('Mul', get(x), () => op('Sub', one, get(x))), y);
      // y·(1 − x²)
      const tanhSlope =
        (x: Local, y: Push): Push =>
        () =>
          op('Mul', y, () => op('Sub', one, () => op('Mul', get(x), get(x))));
      store(
        z,
        2 * H,
        slope(o, () => op('Mul', get(u), get(t))),
      );
      lanes.multiplyAdd(
        () => op('Mul', get(u), get(o)),
        () => tanhSlope(t, one)(),
        load(dc),
      );
      code.set(v);
      store(
        z,
        0,
        slope(i, () => op('Mul', get(v), get(g))),
      );
      store(
        z,
        H,
        slope(f, () => op('Mul', get(v), load(before))),
      );
      store(
        z,
        3 * H,
        tanhSlope(g, () => op('Mul', get(v), get(i))),
      );
      store(dc, 0, () => op('Mul', get(v), get(f)));
    });
    code.release(i, f, o, g, t, u, v);
  });
}

/** Adds up the rows of the gates' cotangents: (z, db, rows). */
export function sumRows(module: Module, { H, gateRow, double, fast }: Shape): FunctionIndex {
  return module.function({ parameters: ['i32', 'i32', 'i32'], results: [] }, (code, parameters) => {
    const [z, into, rows] = parameters as [Local, Local, Local]; // three
    const lanes = lanesOf(code, double, fast);
    const sums = Array.from({ length: 4 }, () => code.local('v128'));
    const [at, from, left] = [code.local('i32'), code.local('i32'), code.local('i32')];
    code.count(at, 0, 4 * H * lanes.bytes, 64, () => {
      sums.forEach((sum, j) => {
        code
          .get(into)
          .get(at)
          .op('i32Add')
          .memory('v128Load', 16 * j)
          .set(sum);
      });
      code.get(z).get(at).op('i32Add').set(from).get(rows).set(left);
      code.loop((again) => {
        sums.forEach((sum, j) => {
          lanes.op(
            'Add',
            () => code.get(sum),
            () => code.get(from).memory('v128Load', 16 * j),
          );
          code.set(sum);
        });
        code
          .get(from)
          .i32(gateRow * lanes.bytes)
          .op('i32Add')
          .set(from);
        code.get(left).i32(1).op('i32Sub').tee(left).jumpIf(again);
      });
      sums.forEach((sum, j) => {
        code
          .get(into)
          .get(at)
          .op('i32Add')
          .get(sum)
          .memory('v128Store', 16 * j);
      });
    });
  });
}
