/** Labels of what is running (cell, gate, step), outermost first. */
let labels: readonly string[] = [];

/** Runs `f` with a label that equations recorded meanwhile carry as their origin. */
export function scope<R>(label: string, f: () => R): R {
  const outer = labels;
  labels = [...outer, label];
  try {
    return f();
  } finally {
    labels = outer;
  }
}

export const currentScope = (): readonly string[] => labels;
