import { broadcastTo, flatten, mul, onTape, type Program, Recorded, type Tape, trace } from '@throughline/autograd';
import { equivalent, simplify } from '@throughline/autograd/symbolic';
import { full, isDifferentiable, type Tensor } from '@throughline/tensor';
import type { AnyCell } from '../../cell.ts';
import type { Dims } from '../../dims.ts';
import { Expressions } from './expression.ts';
import { examples, extentNames, withExtents } from './extents.ts';
import { NAME } from './likewise.ts';

/**
 * What ∂s_t/∂s_{t−1} is along the direct path of a state, other paths being held: `∂c_t/∂c_{t−1} = f_t   h held`.
 *
 * Derived: the step is differentiated with the held values as constants, and simplified; where the derivative is diagonal
 * (which is proved, not assumed) the diagonal is printed, otherwise what it makes of a cotangent δ. For a cell with a
 * belt that is the belt's state, with what the belt holds; otherwise each state, with taps and other states held.
 * @example directPaths(lstm).join()   // ∂c_t/∂c_{t−1} = f_t   h held
 */
export function directPaths(cell: AnyCell): string[] {
  const states = cell.belt === undefined ? cell.stateNames : [cell.belt.state];
  return states.flatMap((state) => withExtents(cell, (one, dims) => pathOf(one, dims, state)));
}

function pathOf(cell: AnyCell, dims: Dims, state: string): string[] {
  const { params, state: start, x: input, letters } = examples(cell, dims);
  const names = flatten('explain', start).paths;
  const at = names.indexOf(state);
  const own = flatten('explain', start).leaves[at];
  if (own === undefined || !isDifferentiable(own)) return [];
  let forward: string[] = [];
  let held: readonly string[] = [];
  let isCut = false;
  const program = trace(
    (p, s, x, ct) => {
      const ran = onTape((put) => {
        const flat = flatten('explain', s);
        const node = put(flat.leaves[at] as Tensor); // its own place
        const result = cell.step(p, flat.rebuild(flat.leaves.with(at, node)) as typeof s, x); // the state's own nesting
        return { node, next: flatten('explain', result.state), taps: flatten('explain', result.taps) };
      });
      const { node, next, taps } = ran.result;
      const all = [
        ...next.leaves.map((value, i) => ({ value, name: next.paths[i] ?? '', isTap: false })),
        ...taps.leaves.map((value, i) => ({ value, name: taps.paths[i] ?? '', isTap: true })),
      ];
      const goal = next.leaves[next.paths.indexOf(state)] as Tensor; // a step gives every state
      const holding = cell.belt?.holding ?? [...names.filter((name) => name !== state), ...taps.paths];
      const cuts = all.filter(
        ({ value, name }) => holding.includes(name) && value !== goal && value instanceof Recorded,
      );
      const reached = new Set(goal instanceof Recorded ? ancestors(ran.tape, goal) : []);
      held =
        cell.belt?.holding ?? cuts.filter(({ value }) => reached.has((value as Recorded).id)).map(({ name }) => name); // filtered
      const sweep = ran.sweep(
        [goal],
        [node],
        cuts.map(({ value }) => value as Recorded),
      ); // filtered
      const [pulled, diagonal] = [sweep([ct])[0] ?? null, sweep([broadcastTo(full([], 1), own.shape)])[0] ?? null];
      isCut = pulled === null;
      forward = all.map(({ name, isTap }) => (isTap ? name : `${name}'`));
      const candidates = taps.leaves
        .filter((tap) => String(tap.shape) === String(own.shape))
        .map((tap) => mul(ct, tap));
      const flowing = pulled === null || diagonal === null ? [] : [pulled, diagonal, mul(ct, diagonal), ...candidates];
      return [...all.map(({ value }) => value), ...flowing];
    },
    params,
    start,
    input,
    own,
  );
  const left = `∂${state}_t/∂${state}_{t−1}`;
  const right = held.length === 0 ? '' : `   ${held.join(', ')} held`;
  if (isCut) return [`${left} = 0${right}`];
  const taps = forward.filter((name) => !name.endsWith("'"));
  const text = formula(program, { forward, inputs: [...letters, 'δ'], taps, dims });
  return [
    `${left}${text.isDiagonal ? '' : ': δ ↦'}${text.isDiagonal ? ' =' : ''} ${inTime(text.text, names, taps)}${right}`,
  ];
}

/** Every variable that a value was computed from. */
function ancestors(tape: Tape, { id }: Recorded): Set<number> {
  const found = new Set([id]);
  for (const { first, outputs, operands } of tape.entries.toReversed()) {
    if (outputs.some((_, k) => found.has(first + k))) for (const operand of operands) found.add(operand);
  }
  return found;
}

interface Letters {
  readonly forward: readonly string[];
  readonly inputs: readonly string[];
  readonly taps: readonly string[];
  readonly dims: Dims;
}

/** The diagonal where there is proof that it is one, by a tap's name where it is a tap; else the whole pullback. */
function formula(program: Program, { forward, inputs, taps, dims }: Letters): { text: string; isDiagonal: boolean } {
  const only = (k: number): Program => simplify({ ...program, outputs: [program.outputs[k] as number] }); // k counts outputs
  const [pulled, diagonal, scaled] = [forward.length, forward.length + 1, forward.length + 2];
  const whole = only(pulled);
  const isDiagonal = equivalent(whole, only(scaled)).proved;
  if (isDiagonal) {
    const tap = taps.find(
      (_, i) => program.outputs[scaled + 1 + i] !== undefined && equivalent(whole, only(scaled + 1 + i)).proved,
    );
    if (tap !== undefined) return { text: tap, isDiagonal };
  }
  const shown = simplify({
    ...program,
    outputs: [...program.outputs.slice(0, forward.length), program.outputs[isDiagonal ? diagonal : pulled] as number],
  }); // as above
  const names = new Map(shown.inputs.map((id, i) => [id, inputs[i] ?? '?']));
  forward.forEach((name, i) => {
    const id = shown.outputs[i] as number; // one per name
    if (!names.has(id)) names.set(id, name);
  });
  const goal = shown.outputs[forward.length] as number; // the last one
  const expressions = new Expressions(shown, { names, extents: extentNames(dims), share: false });
  return {
    text: names.get(goal) ?? (isDiagonal ? expressions.unspreadDefinition(goal) : expressions.bareDefinition(goal)),
    isDiagonal,
  };
}

/** c' is c_t, c is c_{t−1}, f is f_t, x is x_t. */
function inTime(text: string, states: readonly string[], taps: readonly string[]): string {
  return text.replaceAll(NAME, (name) => {
    if (name.endsWith("'")) return `${name.slice(0, -1)}_t`;
    if (states.includes(name)) return `${name}_{t−1}`;
    return name === 'x' || taps.includes(name) ? `${name}_t` : name;
  });
}
