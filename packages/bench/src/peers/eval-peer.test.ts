import { expect, it, vi } from 'vitest';
import { agreeing, type EvalPeer } from './eval-peer.ts';

const peer = (who: string, output: unknown): EvalPeer => ({
  who,
  has: () => true,
  ask: (_module, _name, _input, runs) =>
    output === null
      ? Promise.reject(new Error('broken'))
      : Promise.resolve({ output, times: Array.from({ length: runs }, (_, run) => run) }),
  stop: () => {},
});

it('those that agree are measured, without their first runs; others are left out, and said to be', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  const peers = [peer('right', [1, 2]), peer('wrong', [1, 3]), peer('broken', null)];
  const contestants = await agreeing(peers, { module: 'lstm', name: 'jacobian', input: {} }, [1, 2], 2);
  expect(contestants.map(({ who }) => who)).toEqual(['right']);
  expect(await contestants[0]?.run(3)).toEqual([2, 3, 4]);
  expect(said.mock.calls).toEqual([
    ['bench: without wrong in lstm jacobian: [1] is 3, not 2'],
    ['bench: without broken in lstm jacobian: Error: broken'],
  ]);
  said.mockRestore();
});
