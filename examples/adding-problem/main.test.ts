import { addingBaseline } from 'throughline';
import { expect, test } from 'vitest';
import { run } from './main.ts';

test('after as many updates chrono has less than a tenth of the error of bias 0', { timeout: 120_000 }, async () => {
  const [closed, open] = await run({ T: 16, H: 12, batch: 16, steps: 200 });
  expect(closed).toMatchObject({ bias: 'bias 0' });
  expect(open).toMatchObject({ bias: 'chrono' });
  expect(open?.loss).toBeLessThan(addingBaseline / 10);
  expect(open?.loss).toBeLessThan((closed?.loss ?? 0) / 10);
});
