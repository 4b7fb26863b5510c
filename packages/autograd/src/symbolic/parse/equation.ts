import { formatType, type TensorType } from '@throughline/tensor';
import { type AnyPrimitive, primitives } from '../../primitive.ts';
import type { Equation, Params, ParamValue, Program, VarId } from '../../program.ts';
import { parseOrigin } from '../origin-text.ts';
import { closest } from './closest.ts';
import type { Cursor } from './cursor.ts';
import { checkRoles, checkUnnamed, inGroups, type Written } from './groups.ts';
import type { Token } from './tokens.ts';
import { parseKey, parseParam } from './values.ts';

/** The Program that an equation stands in, as far as it has been read. */
export interface Enclosing {
  readonly cursor: Cursor;
  readonly types: readonly TensorType[];
  operand(): VarId;
  /** Reads a Program from behind its opening bracket: inputs, then its block. */
  body(title: string, opened: Token): { readonly program: Program; readonly written: readonly Written[] };
}

/** What stands behind `=`: a primitive with its params, operands and bodies. Its results are in `outputs`. */
export function parseEquation(
  block: Enclosing,
  outputs: readonly VarId[],
): { readonly equation: Equation; readonly types: readonly TensorType[]; readonly at: Token } {
  const { cursor } = block;
  const at = cursor.word('a primitive');
  const primitive = lookUp(cursor, at);
  const missing = new Map<string, Token>();
  const params = parseParams(cursor, missing);
  cursor.expect('(', `"(" and the operands of ${at.text}`);
  const inputs: VarId[] = [];
  const groups = inGroups(cursor, ')', () => inputs.push(block.operand()));
  checkUnnamed(cursor, groups, primitive);
  const scope = cursor.origin();
  const rest = parseBodies(block, params, missing);
  const [unfilled] = missing;
  if (unfilled !== undefined) cursor.fail(unfilled[1], `the Program ${unfilled[0]} does not follow ${at.text}.`);
  const equation = { primitive, inputs, params, outputs };
  const types = inferOr(block, equation, at);
  checkRoles(cursor, groups, equation, true);
  for (const { written } of rest) checkRoles(cursor, written, equation, false);
  return {
    equation: Object.freeze(scope ? { ...equation, origin: parseOrigin(scope) } : equation),
    types,
    at,
  };
}

function lookUp(cursor: Cursor, at: Token): AnyPrimitive {
  const primitive = primitives.get(at.text);
  if (primitive === undefined) {
    const near = closest(at.text, [...primitives.keys()]);
    const remedy =
      near === undefined ? 'One of your own is there once definePrimitive has run.' : `Did you mean ${near}?`;
    return cursor.fail(at, `there is no primitive ${at.text}. ${remedy}`);
  }
  const written = cursor.skip('@') ? cursor.take() : undefined;
  const version = Number(written?.text ?? 1);
  if (version !== primitive.version) {
    cursor.fail(
      written ?? at,
      `this is version ${written?.text ?? 1} of ${at.text}; the one that is registered is version ${primitive.version}.`,
    );
  }
  return primitive;
}

function parseParams(cursor: Cursor, missing: Map<string, Token>): { [key: string]: ParamValue } {
  const params: { [key: string]: ParamValue } = {};
  if (!cursor.skip('[')) return params;
  for (let first = true; !cursor.skip(']'); first = false) {
    if (!first) cursor.expect(',', '"," or "]"');
    const at = cursor.peek();
    const key = parseKey(cursor);
    if (Object.hasOwn(params, key)) cursor.fail(at, `the param ${key} is given twice.`);
    cursor.expect('=');
    params[key] = parseParam(cursor, key, (path, token) => missing.set(path, token));
  }
  return params;
}

/** The Programs that follow an equation, put in their places in `params`. */
function parseBodies(
  block: Enclosing,
  params: { [key: string]: ParamValue },
  missing: Map<string, Token>,
): { readonly written: readonly Written[] }[] {
  const { cursor } = block;
  const bodies: { readonly written: readonly Written[] }[] = [];
  while (startsBody(cursor)) {
    const at = cursor.peek();
    const steps = parsePath(cursor);
    const title = steps
      .map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`))
      .join('');
    cursor.expect('(');
    const { program, written } = block.body(title, at);
    if (steps.length === 1) {
      if (Object.hasOwn(params, title)) cursor.fail(at, `the param ${title} is given twice.`);
      params[title] = program;
    } else if (missing.delete(title)) put(params, steps, program);
    else cursor.fail(at, `the params have no Program at ${title}.`);
    bodies.push({ written });
  }
  return bodies;
}

function startsBody(cursor: Cursor): boolean {
  const { kind } = cursor.peek();
  return (kind === 'word' || kind === 'string') && ['(', '['].includes(cursor.peek(1).text) && !cursor.at('return');
}

/** `branches[0]`, `cases.left`. */
function parsePath(cursor: Cursor): (string | number)[] {
  const first = cursor.peek();
  const steps: (string | number)[] = first.kind === 'string' ? [parseKey(cursor)] : cursor.take().text.split('.');
  while (cursor.skip('[')) {
    steps.push(Number(cursor.take().text));
    cursor.expect(']');
  }
  return steps;
}

function put(params: { [key: string]: ParamValue }, steps: readonly (string | number)[], program: Program): void {
  let holder = params;
  // missing: the path was read off these params
  for (const step of steps.slice(0, -1)) holder = holder[step] as { [key: string]: ParamValue };
  holder[steps.at(-1) ?? ''] = program;
}

/** The types that the primitive gives; what its shape rule says otherwise, at its place. */
function inferOr(block: Enclosing, { primitive, inputs, params }: Equation, at: Token): readonly TensorType[] {
  const { pullbacks, name } = primitive;
  const types = inputs.map((id) => block.types[id] as TensorType); // operands are defined
  if (typeof pullbacks !== 'function' && pullbacks.length > 0 && pullbacks.length !== inputs.length) {
    block.cursor.fail(
      at,
      `${name} takes ${pullbacks.length} operand${pullbacks.length === 1 ? '' : 's'}, got ${inputs.length}.`,
    );
  }
  try {
    return primitive.infer(types, params as Params);
  } catch (error) {
    // A shape rule says what is wrong in our own words, or, without the params it relies on, in the engine's.
    const own = error instanceof Error && 'op' in error ? error.message : undefined;
    return block.cursor.fail(
      at,
      own ?? `${name} does not take (${types.map(formatType).join(', ')}) with these params.`,
    );
  }
}
