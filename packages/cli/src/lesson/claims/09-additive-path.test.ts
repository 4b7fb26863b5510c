import { expect, test } from 'vitest';
import { residualStack, transformerStack } from '../depth/layers.ts';
import { runClaim, workFor } from '../run.ts';
import { conclude } from '../verdict.ts';
import claim, { type PathMeasured, pathClaim, stackFamily } from './09-additive-path.ts';

const seeds = [1, 2, 3, 4, 5];
const work = workFor('test', { aborted: false }, () => undefined);

test('control: a net that is compared with itself refutes it', async () => {
  const same = [residualStack, transformerStack].map((stack) => {
    const family = stackFamily(stack);
    return {
      ...family,
      spectrum: (...[key, n, depth]: Parameters<typeof family.spectrum>) => family.spectrum(key, n, depth, true),
    };
  });
  expect((await runClaim(pathClaim(same), { seeds, budget: 'test' })).verdict).toBe('refuted');
});

test('the residual path at depth 40: it lives on with the path, and dies without', async () => {
  const { spectrum } = stackFamily(residualStack);
  const deep = {
    name: 'ResNet',
    spectrum: (...[key, , , additive]: Parameters<typeof spectrum>) => spectrum(key, 6, 40, additive),
  };
  const { verdict, judgement } = await runClaim(pathClaim([deep]), { seeds, budget: 'test' });
  expect(verdict).toBe('holds');
  expect(judgement.parts[0]?.says).toMatch(/ResNet/);
});

test('a path that fades in some nets makes it conditional, and a number that is none inconclusive', async () => {
  const one = await claim.measure(1, work);
  const tiny = seeds.map(() => one);
  const planted = (read: (one: PathMeasured, i: number) => PathMeasured) =>
    conclude(claim.judge(tiny.map((all) => all.map(read))), 5);
  const at = (one: PathMeasured, kept: number, cut: number): PathMeasured => ({
    ...one,
    with: { ...one.with, middle: [kept] },
    cut: { ...one.cut, middle: [cut] },
  });
  expect(planted((one) => at(one, 0.5, 1e-12)).verdict).toBe('holds');
  expect(planted((one, i) => at(one, i === 0 ? 1e-5 : 0.5, 1e-12)).because).toMatch(/partly closed \(LSTM, bias 1\)/);
  expect(planted((one) => at(one, 1e-5, 1e-12)).verdict).toBe('refuted');
  const broken = planted((one) => ({ ...at(one, 0.5, 1e-12), with: { ...one.with, length: [Number.NaN] } }));
  expect(broken.verdict).toBe('inconclusive');
});
