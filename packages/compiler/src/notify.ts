/** Tells the user something that is no error, once. */
export function notify(text: string): void {
  if (told.has(text)) return;
  told.add(text);
  console.warn(text);
}

const told = new Set<string>();
