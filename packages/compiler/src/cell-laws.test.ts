/** @file The law of cells that needs a compiler; the others are tried where the cells are. */
import { checkCell, everyCell } from '@throughline/rnn/testing';
import { expect, test } from 'vitest';
import { compile } from './index.ts';

test.each(everyCell())('$name: compiled is interpreted, gradients included', ({ cell, options }) => {
  for (const dtype of ['float64', 'float32'] as const) {
    const dims = { ...options.dims, dtype };
    const [finding] = checkCell(cell, { ...options, dims, compile, laws: ['compiledIsInterpreted'] }).findings;
    expect(finding?.message).toBe('values and gradients: bit for bit.');
  }
});
