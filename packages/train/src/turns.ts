/** Milliseconds of work between turns: a frame, so that bars move and Ctrl-C is heard. */
const FRAME = 16;

/** A function to await between pieces of work: now and then it lets timers and input have their turn. */
export function turns(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < FRAME) return;
    await new Promise<void>((resume) => setTimeout(resume, 0));
    last = performance.now();
  };
}
