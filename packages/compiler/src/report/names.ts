import { Bytes } from '../wasm/bytes.ts';
import type { Reporting } from './entry.ts';
import { describe } from './kernels.ts';

/** The custom section `name`, with its part on functions: kernels by what they do. */
export const names: Reporting['names'] = (kernels, shared) => {
  const texts = new Map([...shared].map(([key, index]) => [index, key]));
  for (const [index, kernel] of kernels) texts.set(index, `${kernel.kind} ${describe(kernel)}`.trim());
  const list = new Bytes();
  list.unsigned(texts.size);
  for (const [index, text] of [...texts].sort(([a], [b]) => a - b)) {
    list.unsigned(index);
    list.name(text);
  }
  const section = new Bytes();
  section.name('name');
  section.u8(1);
  section.vector(list.take());
  return section.take();
};
