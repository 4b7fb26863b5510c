import { formatType } from '@throughline/tensor';
import { bodiesOf, type Equation, isProgram, type Program, typeOf, type VarId } from '../program.ts';
import type { Kind } from '../semantics.ts';
import { formatScalar } from './literal.ts';
import { labelText } from './origin-text.ts';
import { groupsOf, loopOf } from './roles.ts';

/** Options of `graphviz`. */
export interface GraphvizOptions {
  /** What the inputs are called, in order. By default their roles, or nothing. */
  readonly names?: readonly string[];
  /** Which way the edges run: from top to bottom, or from left to right. */
  readonly direction?: 'down' | 'right';
}

/**
 * A Program as a graph, in Graphviz's DOT language: a node per equation, an edge per use with its type, a cluster per scope
 * (cell, gate) and per body. A loop over time is drawn once, ×T, with its carry going back; see `fold` for one that is
 * written out.
 * @example graphviz(trace((x) => tanh(x), tensor(1)))   // digraph program {…"tanh"…}
 */
export function graphviz(program: Program, options: GraphvizOptions = {}): string {
  const graph = new Graph();
  const inputs = program.inputs.map((id, i) => graph.input(options.names?.[i] ?? '', formatType(typeOf(program, id))));
  const outputs = graph.block(program, inputs, '  ');
  outputs.forEach((from, k) => {
    graph.edge(from, graph.node(`result${outputs.length > 1 ? ` ${k}` : ''}`, { shape: 'ellipse' }), {});
  });
  const direction = options.direction === 'right' ? 'LR' : 'TB';
  return [
    'digraph program {',
    `  graph [rankdir=${direction}, fontname="Helvetica", fontsize=11, style=rounded, color="#9aa5b1"];`,
    '  node [shape=box, style="rounded,filled", fillcolor=white, color="#52606d", fontname="Helvetica", fontsize=11];',
    '  edge [color="#7b8794", fontname="Helvetica", fontsize=9, fontcolor="#52606d"];',
    ...graph.lines,
    '}',
  ].join('\n');
}

/** The kinds by their colours. */
const fills: Readonly<Record<Kind, string>> = {
  map: '#e3f2fd',
  reduce: '#fff3d6',
  contract: '#fde2e4',
  view: '#f1f3f5',
  gather: '#e6f4ea',
  scatter: '#e6f4ea',
  structured: '#ffffff',
  recurrence: '#fde2e4',
  host: '#ece4f7',
};

type Attributes = { readonly [name: string]: string };

/** Where a value comes from: a node, and which of its results. */
interface Source {
  readonly node: string;
  readonly type: string;
}

class Graph {
  readonly lines: string[] = [];
  #count = 0;
  #indent = '  ';

  node(label: string, attributes: Attributes = {}): string {
    const name = `n${++this.#count}`;
    this.#write(`${name} ${list({ label, ...attributes })};`);
    return name;
  }

  input(label: string, type: string): Source {
    const shown = label === '' ? type : `${label}: ${type}`;
    return { node: this.node(shown, { shape: 'ellipse', fillcolor: '#f8f9fa' }), type };
  }

  edge({ node, type }: Source, to: string, attributes: Attributes): void {
    this.#write(`${node} -> ${to} ${list({ label: type, ...attributes })};`);
  }

  /** The equations of a Program; returns where its outputs come from. */
  block(program: Program, inputs: readonly Source[], indent: string): Source[] {
    this.#indent = indent;
    const sources = new Map<VarId, Source>(program.inputs.map((id, i) => [id, inputs[i] as Source])); // one per input
    for (const [id, value] of program.constants) {
      if (value.shape.length > 0)
        sources.set(id, { node: this.node('constant', { fillcolor: '#f8f9fa' }), type: formatType(value) });
    }
    this.#scoped(program, program.equations, 0, sources);
    return program.outputs.map((id) => this.#source(program, id, sources));
  }

  /** Consecutive equations of one scope stand in one cluster; scopes within it, in clusters of their own. */
  #scoped(program: Program, equations: readonly Equation[], depth: number, sources: Map<VarId, Source>): void {
    for (let i = 0; i < equations.length; ) {
      const label = labelAt(equations[i], depth);
      let end = i + 1;
      while (end < equations.length && labelAt(equations[end], depth) === label) end++;
      const group = equations.slice(i, end);
      i = end;
      if (label === undefined) for (const equation of group) this.#equation(program, equation, sources);
      else this.#cluster(labelText(label), () => this.#scoped(program, group, depth + 1, sources));
    }
  }

  #cluster(label: string, inside: () => void, attributes: Attributes = {}): void {
    this.#write(`subgraph cluster_${++this.#count} {`);
    this.#indent += '  ';
    this.#write(`graph ${list({ label, ...attributes })};`);
    inside();
    this.#indent = this.#indent.slice(2);
    this.#write('}');
  }

  #equation(program: Program, equation: Equation, sources: Map<VarId, Source>): void {
    if (bodiesOf(equation).length > 0) {
      this.#structured(program, equation, sources);
      return;
    }
    const { primitive, params, inputs, outputs } = equation;
    const scalars = inputs.map((id) => scalarOf(program, id));
    const operands = scalars.some((text) => text !== undefined)
      ? `(${scalars.map((text) => text ?? '·').join(', ')})`
      : '';
    const shown = Object.entries(params).flatMap(([key, value]) =>
      isProgram(value) ? [] : [`${key}=${JSON.stringify(value)}`],
    );
    const tooltip = `${primitive.name}[${shown.join(', ')}]`;
    const node = this.node(`${primitive.name}${operands}`, { fillcolor: fills[primitive.semantics.kind], tooltip });
    inputs.forEach((id, i) => {
      if (scalars[i] === undefined) this.edge(this.#source(program, id, sources), node, {});
    });
    for (const id of outputs) sources.set(id, { node, type: formatType(typeOf(program, id)) });
  }

  /** Bodies as clusters: operands go to their inputs, their outputs to a node per result; a carry goes back, dashed. */
  #structured(program: Program, equation: Equation, sources: Map<VarId, Source>): void {
    const groups = groupsOf(equation);
    const roles = groups.flatMap(({ role, count, outside }) =>
      Array.from({ length: count }, () => ({ role, outside: outside === true })),
    );
    const given = equation.inputs.map((id) => this.#source(program, id, sources));
    const taken = given.flatMap((source, i) =>
      roles[i]?.outside === true ? [] : [{ source, role: roles[i]?.role ?? '' }],
    );
    const results = equation.outputs.map((id) => {
      const type = formatType(typeOf(program, id));
      const node = this.node(type, { shape: 'ellipse', fillcolor: '#f8f9fa', tooltip: equation.primitive.name });
      sources.set(id, { node, type });
      return node;
    });
    given.forEach((source, i) => {
      if (roles[i]?.outside === true && results[0] !== undefined)
        this.edge(source, results[0], { style: 'dashed', label: roles[i]?.role ?? '' });
    });
    for (const [n, [key, body]] of bodiesOf(equation).entries()) {
      const linked = n === 0 || body.inputs.length === taken.length ? taken : [];
      this.#body(equation, key, body, linked, results);
    }
  }

  #body(
    equation: Equation,
    key: string,
    body: Program,
    operands: readonly { readonly source: Source; readonly role: string }[],
    results: readonly string[],
  ): void {
    const loop = loopOf(equation);
    const label =
      loop === undefined ? `${equation.primitive.name} · ${key}` : `${equation.primitive.name} ×${loop.length}`;
    let inputs: Source[] = [];
    let outputs: Source[] = [];
    this.#cluster(
      label,
      () => {
        inputs = body.inputs.map((id, i) => this.input(operands[i]?.role ?? '', formatType(typeOf(body, id))));
        outputs = this.block(body, inputs, this.#indent);
        for (const [k, from] of outputs.slice(0, loop?.carry ?? 0).entries()) {
          const back = inputs[(loop?.constants ?? 0) + k];
          if (back)
            this.edge(from, back.node, {
              style: 'dashed',
              constraint: 'false',
              color: '#c92a2a',
              label: loop?.reverse ? 't → t−1' : 't → t+1',
            });
        }
      },
      { style: 'rounded,bold', color: '#3b5bdb' },
    );
    operands.forEach(({ source }, i) => {
      const input = inputs[i];
      if (input) this.edge(source, input.node, {});
    });
    if (outputs.length !== results.length) return;
    for (const [k, from] of outputs.entries()) this.edge(from, results[k] ?? '', {});
  }

  /** Where a variable comes from; a scalar constant gets a node where it stands alone. */
  #source(program: Program, id: VarId, sources: Map<VarId, Source>): Source {
    const known = sources.get(id);
    if (known !== undefined) return known;
    const source = {
      node: this.node(scalarOf(program, id) ?? '?', { shape: 'plaintext' }),
      type: formatType(typeOf(program, id)),
    };
    sources.set(id, source);
    return source;
  }

  #write(line: string): void {
    this.lines.push(`${this.#indent}${line}`);
  }
}

function labelAt(equation: Equation | undefined, depth: number): string | undefined {
  const label = equation?.origin?.scope[depth];
  return label === undefined ? undefined : labelText(label);
}

/** A scalar constant as it is written. */
function scalarOf(program: Program, id: VarId): string | undefined {
  const value = program.constants.get(id);
  return value !== undefined && value.shape.length === 0 ? formatScalar(value) : undefined;
}

const list = (attributes: Attributes): string =>
  `[${Object.entries(attributes)
    .map(([name, value]) => `${name}=${quoted(value)}`)
    .join(', ')}]`;

const quoted = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', ' ')}"`;
