import type * as ObservablePlot from '@observablehq/plot';

/** What drawing SVG needs: the chart library and a document to draw into. */
export interface Studio {
  readonly plot: typeof ObservablePlot;
  readonly document: Document;
}

let studio: Promise<Studio> | undefined;

/** Loads the chart library on first use: whoever only prints to a terminal never pays for it. */
export function loadStudio(): Promise<Studio> {
  studio ??= Promise.all([import('@observablehq/plot'), ownDocument()]).then(([plot, document]) => ({
    plot,
    document,
  }));
  return studio;
}

/** The page's document where there is one, else one made of plain objects. */
async function ownDocument(): Promise<Document> {
  if (typeof document !== 'undefined') return document;
  const { parseHTML } = await import('linkedom');
  return parseHTML('<!doctype html><html><body></body></html>').document;
}
