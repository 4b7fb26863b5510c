import type { Arithmetic } from '../../packages/tensor/src/elementary/arithmetic.ts';

/** One value of the printed function. `text` joins the texts of `args`; `atom` means that it needs no parentheses. */
interface Value {
  readonly text: (args: readonly string[]) => string;
  readonly args: readonly Value[];
  readonly atom: boolean;
  uses: number;
  name: string | undefined;
  readonly source: Branch | undefined;
}

interface Branch {
  readonly condition: Value;
  readonly arms: readonly [Arm, Arm];
  readonly outputs: Value[];
}

interface Arm {
  readonly items: (Value | Branch)[];
  readonly seen: Map<string, Value>;
  results: readonly Value[];
}

export interface PrintOptions {
  /** How a rounded operation is written, given its infix form. */
  readonly rounded: (infix: string) => string;
  /** The names of `pow2` and `exponent` of the precision. */
  readonly bits: { readonly pow2: string; readonly exponent: string };
  /** The name under which a table is in scope. */
  readonly tableName: (table: readonly number[]) => string;
}

const isBranch = (item: Value | Branch): item is Branch => 'arms' in item;

/** The same steps as text: runs them once, with lanes that record what is done to them, and prints a plain function. */
export function printFunction(
  name: string,
  parameters: readonly string[],
  steps: (m: Arithmetic<Value, Value>, ...inputs: Value[]) => Value,
  options: PrintOptions,
): string {
  const root: Arm = { items: [], seen: new Map(), results: [] };
  const scopes = [root];
  const ids = new Map<Value, number>();
  const value = (key: string, args: readonly Value[], text: Value['text'], atom = false): Value => {
    const id = `${key}:${args.map((arg) => ids.get(arg)).join()}`;
    const known = scopes.map((scope) => scope.seen.get(id)).find((v) => v !== undefined);
    if (known) return known; // the same operation on the same values, in a scope we can see
    const made: Value = { text, args, atom, uses: 0, name: undefined, source: undefined };
    ids.set(made, ids.size);
    const scope = scopes[scopes.length - 1] as Arm; // never empty
    scope.seen.set(id, made);
    scope.items.push(made);
    return made;
  };
  const inputs = parameters.map((parameter) => value(parameter, [], () => parameter, true));
  const run = (body: () => readonly Value[]): Arm => {
    const arm: Arm = { items: [], seen: new Map(), results: [] };
    scopes.push(arm);
    arm.results = body();
    scopes.pop();
    return arm;
  };
  const branch = (condition: Value, whenTrue: () => readonly Value[], whenFalse: () => readonly Value[]) => {
    const made: Branch = { condition, arms: [run(whenTrue), run(whenFalse)], outputs: [] };
    for (const _ of made.arms[0].results) {
      const output: Value = { text: () => '', args: [], atom: true, uses: 0, name: undefined, source: made };
      ids.set(output, ids.size);
      made.outputs.push(output);
    }
    (scopes[scopes.length - 1] as Arm).items.push(made); // never empty
    return made.outputs;
  };
  const result = steps(recorder(value, branch, options), ...inputs);
  root.results = [result];
  count(result);
  const body = [...printArm(root, naming(), '  '), `  return ${textOf(result)};`];
  const signature = parameters.map((parameter) => `${parameter}: number`).join(', ');
  return `export function ${name}(${signature}): number {\n${body.join('\n')}\n}\n`;
}

type Make = (key: string, args: readonly Value[], text: Value['text'], atom?: boolean) => Value;

function recorder(make: Make, branch: Arithmetic<Value, Value>['branch'], o: PrintOptions): Arithmetic<Value, Value> {
  const infix = (symbol: string) => (a: Value, b: Value) => make(symbol, [a, b], ([x, y]) => `${x} ${symbol} ${y}`);
  const rounded = (symbol: string) => {
    const wrapped = o.rounded('') !== '';
    return (a: Value, b: Value) => make(symbol, [a, b], ([x, y]) => o.rounded(`${x} ${symbol} ${y}`), wrapped);
  };
  const call = (f: string) => (a: Value) => make(f, [a], ([x]) => `${f}(${x})`, true);
  const literal = (k: number) => (Object.is(k, -0) ? '-0' : `${k}`);
  return {
    constant: (k) => make(`#${literal(k)}`, [], () => literal(k), k >= 0 || Number.isNaN(k)),
    add: rounded('+'),
    sub: rounded('-'),
    mul: rounded('*'),
    div: rounded('/'),
    sqrt: (a) => make('sqrt', [a], ([x]) => o.rounded(`Math.sqrt(${x})`), true),
    neg: (a) => make('neg', [a], ([x]) => `-${x}`),
    abs: call('Math.abs'),
    floor: call('Math.floor'),
    less: infix('<'),
    lessEqual: infix('<='),
    equal: infix('==='),
    and: infix('&&'),
    or: infix('||'),
    not: (a) => make('!', [a], ([x]) => `!${x}`, true),
    select: (c, a, b) => make('?', [c, a, b], ([p, x, y]) => `${p} ? ${x} : ${y}`),
    branch,
    pow2: call(o.bits.pow2),
    exponent: call(o.bits.exponent),
    lookup: (table, i) => {
      const name = o.tableName(table);
      return make(name, [i], ([x]) => `(${name}[${x}] as number)`, true);
    },
  };
}

/** Counts the uses of whatever the result needs; the rest stays at 0 and is not printed. */
function count(value: Value): void {
  value.uses++;
  if (value.uses > 1) return;
  value.args.forEach(count);
  if (value.source === undefined) return;
  const { condition, arms, outputs } = value.source;
  if (outputs.filter((output) => output.uses > 0).length === 1) count(condition);
  const at = outputs.indexOf(value);
  for (const arm of arms) count(arm.results[at] as Value); // arms return as many values as there are outputs
}

const longest = 96;

/** A value used once is written where it is used, unless the line grows too long; the others get names. */
function printArm(arm: Arm, next: () => string, indent: string): string[] {
  const lines: string[] = [];
  for (const item of arm.items) {
    if (isBranch(item)) lines.push(...printBranch(item, next, indent));
    else if (item.uses > 0 && item.args.length > 0) {
      const text = textOf(item);
      if (item.uses === 1 && text.length <= longest) continue;
      item.name = next();
      lines.push(`${indent}const ${item.name} = ${text};`);
    }
  }
  return lines;
}

function printBranch(branch: Branch, next: () => string, indent: string): string[] {
  const outputs = branch.outputs.map((output, at) => ({ output, at })).filter(({ output }) => output.uses > 0);
  if (outputs.length === 0) return [];
  for (const { output } of outputs) output.name = next();
  const [whenTrue, whenFalse] = branch.arms.map((arm) => [
    ...printArm(arm, next, `${indent}  `),
    ...outputs.map(({ output, at }) => `${indent}  ${output.name} = ${textOf(arm.results[at] as Value)};`), // as many
  ]) as [string[], string[]]; // two arms
  const declared = outputs.map(({ output }) => `${indent}let ${output.name}: number;`);
  const head = `${indent}if (${textOf(branch.condition)}) {`;
  return [...declared, head, ...whenTrue, `${indent}} else {`, ...whenFalse, `${indent}}`];
}

function textOf(value: Value): string {
  if (value.name !== undefined) return value.name;
  return value.text(value.args.map((arg) => (arg.name !== undefined || arg.atom ? textOf(arg) : `(${textOf(arg)})`)));
}

function naming(): () => string {
  let count = 0;
  return () => `v${++count}`;
}
