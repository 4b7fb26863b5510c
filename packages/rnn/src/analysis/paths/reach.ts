import { type Equation, isProgram, type Program } from '@throughline/autograd';
import { sameType } from '@throughline/tensor';

/** The variables of a Program whose values may depend on any of `sources`: reachability, through the bodies of loops. */
export function reach(program: Program, sources: Iterable<number>): Set<number> {
  const reached = new Set(sources);
  for (const equation of program.equations) {
    const into = equation.inputs.map((id) => reached.has(id));
    if (!into.includes(true)) continue;
    const out = through(program, equation, into);
    equation.outputs.forEach((id, k) => {
      if (out[k]) reached.add(id);
    });
  }
  return reached;
}

/** Which outputs of an equation depend on the marked inputs. An op without bodies is taken to mix all of its inputs. */
function through(program: Program, equation: Equation, into: readonly boolean[]): readonly boolean[] {
  const everything = equation.outputs.map(() => true);
  const layout = layoutOf(program, equation);
  if (layout === undefined || layout.choosing.some((i) => into[i])) return everything;
  const { bodies, firstCarry, carry } = layout;
  const inner = layout.inner.map((i) => into[i] === true);
  const results = bodies.filter((body) => body.outputs.length === everything.length);
  const tests = bodies.filter((body) => body.outputs.length !== everything.length);
  for (;;) {
    // A test tells how often the loop runs, and every result depends on that.
    if (tests.some((test) => flow(test, inner).includes(true))) return everything;
    const flows = results.map((body) => flow(body, inner));
    const out = everything.map((_, k) => flows.some((flags) => flags[k] === true));
    const grown = out.slice(0, carry).flatMap((is, k) => (is && !inner[firstCarry + k] ? [firstCarry + k] : []));
    // A loop without steps gives its carry as it took it.
    if (grown.length === 0) return out.map((is, k) => is || (k < carry && inner[firstCarry + k] === true));
    for (const at of grown) inner[at] = true;
  }
}

function flow(body: Program, into: readonly boolean[]): boolean[] {
  const sources = body.inputs.filter((_, i) => into[i]);
  const reached = reach(body, sources);
  return body.outputs.map((id) => reached.has(id));
}

/** How an equation's operands stand to its bodies. */
interface Layout {
  readonly bodies: readonly Program[];
  /** The operands that are the bodies' inputs, in their order. */
  readonly inner: readonly number[];
  /** Those that choose between the bodies. */
  readonly choosing: readonly number[];
  /** Which of the bodies' inputs their first outputs go back to. */
  readonly firstCarry: number;
  readonly carry: number;
}

/** Read off the roles that the primitive declares; without roles, one body that takes the first operands. */
function layoutOf(program: Program, { primitive, inputs, outputs, params }: Equation): Layout | undefined {
  const { semantics } = primitive;
  const bodies = Object.values(params).filter(isProgram);
  const [body] = bodies;
  if (semantics.kind !== 'structured' || body === undefined) return undefined;
  if (semantics.operands === undefined) {
    // The other operands belong to rules, and are no part of the value.
    const fits = starts(program, inputs, body, body.inputs) && starts(program, outputs, body, body.outputs);
    return fits ? { bodies: [body], inner: [...body.inputs.keys()], choosing: [], firstCarry: 0, carry: 0 } : undefined;
  }
  const roles = semantics.operands(params).flatMap((group) => Array.from({ length: group.count }, () => group));
  const isOutside = roles.map((group) => group.outside === true);
  const inner = [...roles.keys()].filter((i) => !isOutside[i]);
  if (roles.length !== inputs.length || bodies.some((one) => one.inputs.length !== inner.length)) return undefined;
  const carried = inner.flatMap((i, at) => (roles[i]?.role === 'carry' ? [at] : []));
  const choosing = [...roles.keys()].filter((i) => isOutside[i]);
  return { bodies, inner, choosing, firstCarry: carried[0] ?? 0, carry: carried.length };
}

/** Whether a body's variables are of the types that an equation's first ones have. */
function starts(program: Program, ids: readonly number[], body: Program, own: readonly number[]): boolean {
  return own.every((id, i) => {
    const [type, mine] = [program.types[ids[i] ?? -1], body.types[id]];
    return type !== undefined && mine !== undefined && sameType(type, mine);
  });
}
