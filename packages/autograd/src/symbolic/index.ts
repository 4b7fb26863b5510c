// programs as text
export { type PrintOptions, print } from './print.ts';
