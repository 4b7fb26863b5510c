/** Tells the user something that is no error, once. */
export function notify(text: string): void {
  if (told.has(text)) return;
  told.add(text);
  // biome-ignore lint/suspicious/noConsole: a notice is for the one who reads the console
  console.warn(text);
}

const told = new Set<string>();
