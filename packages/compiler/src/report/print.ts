import { counted } from './kernels.ts';
import type { FormReport, LoopReport, MemoryReport } from './report.ts';

/** A report of one form, for reading: a title, then a paragraph per question. */
export function printForm(form: FormReport): string {
  const { name, inputs, outputs, interpreted, equations, memory } = form;
  const title = `${name}(${inputs.join(', ')}) → ${outputs.join(', ')}`;
  const lines = (heading: string, rows: Iterable<string>): string[] =>
    [...rows].map((row, i) => `  ${(i === 0 ? heading : '').padEnd(11)}${row}`);
  const work = `${amount(form.multiplyAdds)} multiply-adds, ${amount(form.elements)} elements, ${form.barriers} barriers per call`;
  return [
    title,
    ...lines('interpreted', interpreted === null ? [] : [` ${interpreted}`]),
    ...lines('equations', [`${equations.traced} traced, ${equations.run} left`]),
    ...lines('kernels', memory === null ? [] : [kinds(form.kernels), work]),
    ...lines('loops', form.loops.map(loopText)),
    ...lines('products', grouped(form.products.map(productText))),
    ...lines(
      'host',
      form.hosts.map(({ primitive, runs }) => `${primitive}, ${runs} per call, outside the module`),
    ),
    ...lines('memory', memory === null ? [] : memoryTexts(memory)),
    ...lines(
      'captures',
      form.captures.map(({ type, bytes, large }) => `${type} ${size(bytes)}${large ? ': pass it if it changes' : ''}`),
    ),
    ...lines(
      'rewrites',
      form.rewrites.map(({ pass, what, times }) => repeated(`${pass}: ${what}`, times)),
    ),
    ...lines(
      'not fused',
      form.unfused.map(({ op, why, times }) => repeated(`${op}: ${why}`, times)),
    ),
  ].join('\n');
}

const repeated = (text: string, times: number): string => (times > 1 ? `${text} (×${times})` : text);
const grouped = (texts: readonly string[]): string[] => [...counted(texts)].map(([text, n]) => repeated(text, n));

const kinds = (kernels: Readonly<Record<string, number>>): string =>
  Object.entries(kernels)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ') || 'none';

const loopText = ({ length, direction, depth, kernels }: LoopReport): string =>
  `${'  '.repeat(depth)}${length ?? 'any number of'} steps, ${direction}: ${kinds(kernels)}`;

const productText = (one: FormReport['products'][number]): string => {
  const batch = one.batch > 1 ? `${one.batch} of ` : '';
  const split = one.split === null ? '' : `, threads split ${one.split === 'batch' ? 'the batch' : one.split}`;
  const packed = one.packed === 'no' ? 'not packed' : `packed ${one.packed}`;
  return `${batch}${one.m}×${one.n}×${one.k} ${one.dtype}, ${one.runs} per call, ${packed}${split}`;
};

function memoryTexts(memory: MemoryReport): string[] {
  const { inputs, outputs, constants, temporaries, peakBytes, linearBytes, moduleBytes } = memory;
  const parts = Object.entries({ inputs, outputs, constants, temporaries }).map(
    ([name, { count, bytes }]) => `${count} ${name} ${size(bytes)}`,
  );
  return [
    parts.join(', '),
    `${size(peakBytes)} at once, ${size(linearBytes)} of linear memory, module ${size(moduleBytes)}`,
  ];
}

const size = (bytes: number): string =>
  bytes < 1000 ? `${bytes} B` : bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

const amount = (count: number): string => count.toLocaleString('en');
