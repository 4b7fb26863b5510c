import type { BinaryOp, HeldNode, LineNode, Link, Node, Relation, Span, Statement } from './ast.ts';
import { ClaimError, suggestion } from './claim-error.ts';
import { foldOps, functionNames, isFold } from './functions.ts';
import { type Inserted, type Token, tokenize } from './lexer.ts';
import { Reader } from './reader.ts';
import { parseTime } from './times.ts';

/** Reads a claim. @throws ClaimError that points at the character where it stops making sense. */
export function parseStatement(text: string, inserted: readonly Inserted[] = []): Statement {
  const reader = new Reader(text, tokenize(text, inserted));
  if (reader.atEnd) throw new ClaimError(text, reader.token, 'nothing is claimed.');
  const statement = parseDependence(reader) ?? parseRelation(reader);
  if (!reader.atEnd) throw reader.unexpected(['an operator', 'a relation', 'the end']);
  return statement;
}

function parseDependence(reader: Reader): Statement | undefined {
  const negated = reader.peekSymbol('¬');
  const first = negated ? reader.next : reader.token;
  if (first.kind !== 'name' || first.name !== 'dependsOn') {
    if (negated) {
      reader.advance();
      throw reader.unexpected(['dependsOn(…)']);
    }
    return undefined;
  }
  if (negated) reader.advance();
  reader.advance();
  reader.expect('(');
  const line = wholeLine(reader);
  reader.expect(',');
  const on = wholeLine(reader);
  reader.expect(')');
  return { kind: 'dependence', line, on, negated };
}

function wholeLine(reader: Reader): HeldNode {
  const { name, at, end } = reader.name('a line');
  if (reader.peekSymbol('[')) {
    throw new ClaimError(
      reader.text,
      reader.token,
      'dependsOn takes whole lines: whether one step computes the first from the second. Leave the time out.',
    );
  }
  return { name, time: null, at, end };
}

const relations: readonly Relation[] = ['=', '≈', '≤', '≥', '<', '>'];

function parseRelation(reader: Reader): Statement {
  const sides = [parseSum(reader)];
  const links: Link[] = [];
  for (;;) {
    const { token } = reader;
    const relation = relations.find((one) => reader.peekSymbol(one));
    if (relation === undefined) break;
    reader.advance();
    sides.push(parseSum(reader));
    links.push({ relation, within: tolerance(reader, relation), at: token.at, end: token.end });
  }
  if (links.length === 0) throw reader.unexpected(['an operator', 'one of = ≈ ≤ ≥ < >']);
  return { kind: 'relation', sides, links };
}

function tolerance(reader: Reader, relation: Relation): Link['within'] {
  const { token } = reader;
  if (!reader.take('±')) return relation === '≈' ? { size: 0.01, relative: true } : null;
  if (relation !== '≈')
    throw new ClaimError(reader.text, token, `± belongs to ≈, and here the relation is ${relation}.`);
  const size = reader.number('a tolerance, such as 1e-3 or 5 %');
  return reader.take('%') ? { size: size / 100, relative: true } : { size, relative: false };
}

function parseSum(reader: Reader): Node {
  let left = parseProduct(reader);
  for (;;) {
    const op = reader.takeOneOf(['+', '-']);
    if (op === undefined) return left;
    left = binary(op, left, parseProduct(reader));
  }
}

function parseProduct(reader: Reader): Node {
  let left = parseSigned(reader);
  for (;;) {
    const op = reader.takeOneOf(['·', '*', '⊙', '/']);
    if (op === undefined) return left;
    left = binary(op, left, parseSigned(reader));
  }
}

function parseSigned(reader: Reader): Node {
  const { at } = reader.token;
  if (!reader.take('-')) return parsePower(reader);
  const of = parseSigned(reader);
  return { kind: 'negative', of, at, end: of.end };
}

function parsePower(reader: Reader): Node {
  const base = parsePostfix(reader);
  if (!reader.take('^')) return base;
  return binary('^', base, parseSigned(reader));
}

function parsePostfix(reader: Reader): Node {
  let node = parsePrimary(reader);
  for (;;) {
    const { at, end } = reader.token;
    if (reader.take('ᵀ')) node = { kind: 'transpose', of: node, at: node.at, end };
    else if (reader.take('²')) node = binary('^', node, { kind: 'number', value: 2, at, end });
    else if (reader.take('³')) node = binary('^', node, { kind: 'number', value: 3, at, end });
    else return node;
  }
}

const binary = (op: BinaryOp, left: Node, right: Node): Node => ({
  kind: 'binary',
  op,
  left,
  right,
  at: left.at,
  end: right.end,
});

const expected = ['a line such as c[t]', 'a parameter', 'a number', 'a function'];

function parsePrimary(reader: Reader): Node {
  const { token } = reader;
  if (token.kind === 'number') {
    reader.advance();
    return { kind: 'number', value: token.value, at: token.at, end: token.end };
  }
  if (token.kind === 'tensor') {
    reader.advance();
    return { kind: 'constant', value: token.value, at: token.at, end: token.end };
  }
  if (token.kind === 'name') return parseNamed(reader, token);
  const { at } = token;
  if (reader.take('∂')) return parseDerivative(reader, at);
  if (reader.take('(')) return reader.scoped(false, () => closed(reader, parseSum(reader), ')'));
  if (reader.take('‖')) {
    const of = reader.scoped(false, () => closed(reader, parseSum(reader), '‖'));
    return { kind: 'call', name: 'norm', args: [of], at, end: reader.last.end };
  }
  if (reader.take('|')) {
    const of = reader.scoped(false, () => closed(reader, parseSum(reader), '|'));
    return { kind: 'call', name: 'abs', args: [of], at, end: reader.last.end };
  }
  throw reader.unexpected(expected);
}

function closed(reader: Reader, node: Node, symbol: string): Node {
  reader.expect(symbol);
  return node;
}

function parseNamed(reader: Reader, token: Token & { kind: 'name' }): Node {
  if (token.name === 'd' && reader.next.kind === 'name') {
    reader.advance();
    return parseDerivative(reader, token.at);
  }
  reader.advance();
  if (reader.peekSymbol('[')) return lineAfter(reader, token);
  if (reader.peekSymbol('(')) return parseCall(reader, token);
  if ((token.name === 'max' || token.name === 'min') && reader.peekSymbol('|')) return parseLargest(reader, token);
  return { kind: 'name', name: token.name, at: token.at, end: token.end };
}

/** The time of a line whose name was read. */
function lineAfter(reader: Reader, { name, at }: { readonly name: string } & Span): LineNode {
  reader.expect('[');
  const time = parseTime(reader);
  reader.expect(']');
  return { kind: 'line', name, time, at, end: reader.last.end };
}

function parseDerivative(reader: Reader, at: number): Node {
  const y = lineAfter(reader, reader.name('a line such as c[t]'));
  reader.expect('/');
  const { token } = reader;
  const letter = token.kind === 'name' && token.name === 'd';
  if (!letter && !reader.peekSymbol('∂')) throw reader.unexpected(['∂ and what is differentiated by']);
  reader.advance();
  const x = lineAfter(reader, reader.name('a line such as c[t−1]'));
  return { kind: 'derivative', y, x, holding: parseHolding(reader), at, end: reader.last.end };
}

/** What follows a derivative after a bar. A bar with no name behind it closes an absolute value. */
function parseHolding(reader: Reader): HeldNode[] {
  if (!reader.peekSymbol('|') || reader.next.kind !== 'name') return [];
  reader.advance();
  const held = [heldLine(reader)];
  // In an argument list a comma separates arguments: hold several lines there with brackets round the derivative.
  while (!reader.inArguments && reader.take(',')) held.push(heldLine(reader));
  return held;
}

function heldLine(reader: Reader): HeldNode {
  const { name, at, end } = reader.name('a line to hold');
  if (!reader.peekSymbol('[')) return { name, time: null, at, end };
  const { time, end: after } = lineAfter(reader, { name, at, end });
  return { name, time, at, end: after };
}

function parseCall(reader: Reader, { name, at, end }: { readonly name: string } & Span): Node {
  if (!functionNames.includes(name)) {
    const what = `there is no function ${name}.${suggestion(name, functionNames)} Functions are ${functionNames.join(', ').replace('sigmoid', 'σ')}.`;
    throw new ClaimError(reader.text, { at, end }, what);
  }
  reader.expect('(');
  return reader.scoped(true, () => {
    const { token, next } = reader;
    if (isFold(name) && token.kind === 'name' && next.kind === 'symbol' && next.symbol === '=') {
      reader.advance();
      reader.advance();
      const from = parseTime(reader);
      reader.expect('..');
      const to = parseTime(reader);
      reader.expect(',');
      const body = closed(reader, parseSum(reader), ')');
      return { kind: 'fold', op: name, variable: token.name, from, to, body, at, end: reader.last.end };
    }
    const args = [parseSum(reader)];
    while (reader.take(',')) args.push(parseSum(reader));
    reader.expect(')', args.length === 1 && !foldOps.includes(name as 'max') ? [] : ['","']);
    return { kind: 'call', name, args, at, end: reader.last.end };
  });
}

/** `max|tanh′|`, the largest slope, or `max|x|`, the largest absolute element. */
function parseLargest(reader: Reader, { name, at }: { readonly name: string } & Span): Node {
  reader.expect('|');
  const { token, next } = reader;
  if (token.kind === 'name' && next.kind === 'symbol' && next.symbol === '′') {
    reader.advance();
    reader.advance();
    reader.expect('|');
    if (name === 'min')
      throw new ClaimError(reader.text, { at, end: reader.last.end }, 'only the largest slope is known: max|…|.');
    return { kind: 'slope', activation: token.name, at, end: reader.last.end };
  }
  const start = token.at;
  const of = reader.scoped(false, () => closed(reader, parseSum(reader), '|'));
  const { end } = reader.last;
  const abs: Node = { kind: 'call', name: 'abs', args: [of], at: start - 1, end };
  return { kind: 'call', name, args: [abs], at, end };
}
