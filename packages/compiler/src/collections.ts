/** A Map, or a WeakMap. */
interface Lookup<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): unknown;
}

/** What a map has for a key, made first if need be. */
export function ensure<K, V>(map: Lookup<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

/** Lists of what has the same key, in the order of first appearance. */
export function grouped<K, V>(all: Iterable<V>, keyOf: (value: V) => K): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const value of all) ensure(groups, keyOf(value), () => []).push(value);
  return groups;
}
