const namespace = 'http://www.w3.org/2000/svg';

/** An SVG element with attributes and children. */
export function element(
  document: Document,
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  children: readonly (Element | string)[] = [],
): Element {
  const made = document.createElementNS(namespace, name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, typeof value === 'number' ? round(value) : value);
  }
  for (const child of children)
    made.appendChild(typeof child === 'string' ? document.createTextNode(printable(child)) : child);
  return made;
}

/** Characters that no XML document may hold become �. */
const printable = (text: string): string => text.replace(/[^\P{Cc}\t\n\r]|\p{Cs}/gu, '�');

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escapeAttribute = (text: string): string =>
  printable(text).replace(/[&<>"]/g, (character) => entities[character] ?? character);

/** A hundredth of a pixel is enough; −0 is 0 here. */
export const round = (value: number): string => String(Math.round(value * 100) / 100 + 0);

/** A complete SVG document around what was drawn: namespace, size, text alternative, rounded coordinates. */
export function finish(
  document: Document,
  size: { readonly width: number; readonly height: number; readonly title: string },
  parts: readonly Element[],
): string {
  const { width, height, title } = size;
  const svg = element(
    document,
    'svg',
    {
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      fill: 'currentColor',
      'font-family': 'var(--figure-font, system-ui, sans-serif)',
      'font-size': 12,
      'text-anchor': 'middle',
    },
    parts,
  );
  // Serialisers differ in what they write of a namespace and escape in an attribute, so both are written here.
  const head = `<svg xmlns="${namespace}" aria-label="${escapeAttribute(title)}"`;
  const text = svg.outerHTML.replace(` xmlns="${namespace}"`, '').replace('<svg', () => head);
  return shorten(text);
}

/** The marks of a drawn plot, without its own frame and style sheet, moved to (x, y). */
export function contentOf(document: Document, plot: Element, x: number, y: number): Element {
  for (const style of [...plot.querySelectorAll('style')]) style.remove();
  for (const marked of [...plot.querySelectorAll('[aria-hidden]')]) marked.removeAttribute('aria-hidden');
  return element(document, 'g', { transform: `translate(${round(x)},${round(y)})` }, [...plot.children]);
}

/** Coordinates to a hundredth of a pixel; text is left alone. */
const shorten = (svg: string): string =>
  svg.replace(/ (?:d|x|y|x1|x2|y1|y2|cx|cy|width|height|transform|points)="[^"]*"/g, (attribute) =>
    attribute.replace(/-?\d+\.\d{3,}(?:e[-+]?\d+)?/g, (number) => round(Number(number))),
  );

/** Dots as one path: a stroke of no length with round ends, a tenth of the bytes of as many circles. */
export function dots(
  document: Document,
  points: readonly { readonly x: number; readonly y: number }[],
  style: { readonly color: string; readonly size: number; readonly opacity: number },
): Element {
  const d = points.map(({ x, y }) => `M${round(x)},${round(y)}h0`).join('');
  return element(document, 'path', {
    d,
    fill: 'none',
    stroke: style.color,
    'stroke-width': style.size,
    'stroke-linecap': 'round',
    'stroke-opacity': style.opacity,
  });
}
