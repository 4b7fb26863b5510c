import type { Recorded } from '@throughline/autograd';
import { ArgumentError, type Concrete, type Tensor } from '@throughline/tensor';
import { LazyJacobian } from '../../questions/jacobian.ts';
import type { Line } from '../../questions/lines.ts';
import { place } from '../../questions/nodes.ts';
import { endsOf, type Holding, heldNodes } from '../../questions/total.ts';

/** A total derivative, taken apart by the first named value on each of its paths. */
export interface Paths<Name extends string> {
  /** All paths: what `total` gives. */
  readonly total: LazyJacobian;
  /** The paths on which nothing is named. */
  readonly direct: LazyJacobian;
  /** For each name, the paths that come to one of its values before any other named value. */
  readonly via: { readonly [K in Name]: LazyJacobian };
  /** The part of `via[name]` that comes to it at step t. */
  at(name: Name, t: number): LazyJacobian;
  /**
   * Each part's share of the total over all rows, ⟨part, total⟩ / ⟨total, total⟩: the shares add up to 1, and a part
   * against the others is negative. NaN when the total is 0.
   */
  shares(): { readonly [K in Name | 'direct']: number };
}

/**
 * ∂y/∂x between two values of a run, decomposed by the gates, taps and states its paths go through.
 *
 * Each path from x to y goes to the part of the *first* value on it, counted from x, that is named in `by` (ends are not
 * counted); to `direct` when there is none. So the parts are unique, whatever the order of the names, and add up to the
 * total: via n is Σ ∂y/∂v · (∂v/∂x | every named value) over the values v of n. For one step of an LSTM,
 * `paths(c.at(t), c.at(t − 1), { by: { f, i, g } })` has direct = diag(f[t]), the belt, and via f, i and g what reaches c[t]
 * through h[t − 1] and that gate. Over several steps, `by: { h }` tells the belt from everything that ever left it. A
 * name may stand for several lines or values: `{ gates: [f, i, o, g] }`.
 * @throws ArgumentError as `total`; when a name is `direct`, or a value has two names.
 * @example const { h, c, f } = unroll(lstm, lstm.init(key(1), { I: 1, H: 2 }), ones([2, 1, 1])).lines; paths(c.at(2), c.at(1), { by: { h } }).direct.versus(f.at(2)).max   // 0
 */
export function paths<const Name extends string>(
  y: Tensor,
  x: Tensor,
  options: { readonly by: { readonly [K in Name]: Tensor | Line | readonly (Tensor | Line)[] } },
): Paths<Name> {
  const { tape, name: title, end, start } = endsOf('paths', y, x);
  const names = Object.keys(options?.by ?? {}) as Name[]; // the keys of `by`
  if (names.length === 0) throw new ArgumentError('paths', 'by names nothing. Pass lines, as in { by: { f, i, g } }.');
  const ends: readonly Tensor[] = [y, x];
  const owner = new Map<Recorded, Name>();
  const nodes = names.map((name) => {
    if (name === 'direct') throw new ArgumentError('paths', 'a part is named direct, which is the rest. Rename it.');
    const own = heldNodes('paths', options.by[name] as Holding, tape); // lines and values
    return own.flatMap(({ node }) => (ends.includes(node) ? [] : [claim(owner, name, node)]));
  });
  const between = (ns: readonly Recorded[]) => ns.filter(({ id }) => start.id < id && id < end.id);
  const part = (name: string, through: readonly Recorded[]): LazyJacobian => {
    const last = tape.sweep([y], through);
    const first = tape.sweep(through, [start], owner.keys());
    return new LazyJacobian(`${title} via ${name}`, (cts) => first(last(cts)), y, x);
  };
  const all = new LazyJacobian(title, tape.sweep([y], [start]), y, x);
  const direct = new LazyJacobian(`${title} | ${names.join(', ')}`, tape.sweep([y], [start], owner.keys()), y, x);
  const parts = names.map((name, i) => [name, part(name, between(nodes[i] ?? []))] as const);
  return {
    total: all,
    direct,
    via: Object.fromEntries(parts) as Paths<Name>['via'], // one part per name
    at(name, t) {
      const own = nodes[names.indexOf(name)];
      if (own === undefined)
        throw new ArgumentError('paths', `there is no part ${name}; there are ${names.join(', ')}.`);
      return part(`${name}[${t}]`, between(own.filter((node) => place(node)?.t === t)));
    },
    shares() {
      const whole = all.matrices().concrete('paths');
      const by = [['direct', direct] as const, ...parts].map(([name, one]) => [name, share(one.matrices(), whole)]);
      return Object.fromEntries(by) as ReturnType<Paths<Name>['shares']>; // one share per part
    },
  };
}

function claim<Name extends string>(owner: Map<Recorded, Name>, name: Name, node: Recorded): Recorded {
  const other = owner.get(node);
  if (other !== undefined && other !== name) {
    const at = place(node);
    throw new ArgumentError('paths', `${at?.line}[${at?.t}] is named by both ${other} and ${name}. Name it once.`);
  }
  owner.set(node, name);
  return node;
}

/** ⟨part, total⟩ / ⟨total, total⟩, scaled by the total's largest entry. */
function share(part: Tensor, total: Concrete): number {
  const { storage } = part.concrete('paths');
  let scale = 0;
  for (const value of total.storage) scale = Math.max(scale, Math.abs(value));
  let [along, square] = [0, 0];
  for (const [i, value] of total.storage.entries()) {
    along += ((storage[i] ?? 0) / scale) * (value / scale);
    square += (value / scale) * (value / scale);
  }
  return along / square;
}
