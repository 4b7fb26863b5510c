import type { Local } from '../wasm/code.ts';
import type { Place } from './places.ts';
import { combined, type Reduction } from './reduction.ts';

/** What is done with vectors of values, one of each reduced index in order. */
export interface Column {
  before(): void;
  each(value: Local): void;
  after(): Local;
}

/** Vectors of results: for each, all the reduced axes. */
export function columns(reduction: Reduction, column: Column): void {
  const { loop, writer, each } = combined(reduction, true);
  loop.rows((places) => {
    // of nothing there may be no address
    if (reduction.count > 0) writer.hoist(1);
    loop.vectors.run(places, () => {
      column.before();
      loop.moving(reduction.reduced, () => each(column.each));
      loop.vectors.store([{ place: places.at(-1) as Place, value: column.after() }]); // the result comes last
    });
  });
}
