import { lstm } from '@throughline/rnn';
import { expect, test } from 'vitest';
import { streamedCell, streamedTransformer } from '../counting/streams.ts';
import { workFor } from '../run.ts';
import { conclude } from '../verdict.ts';
import claim, { streamingClaim } from './13-streaming.ts';

const work = workFor('test', { aborted: false }, () => undefined);
const five = <M>(one: M): M[] => [one, one, one, one, one];

test('counts: an LSTM keeps two states, a Transformer block two rows per step and a count', () => {
  expect(streamedCell('LSTM', lstm, 8).after(1000).bytes).toBe(2 * 8 * 8);
  expect(streamedTransformer(8).after(100).bytes).toBe(100 * 2 * 8 * 8 + 4);
});

test('control: a Transformer block that is passed off as recurrent is refuted', async () => {
  const posing = streamingClaim((width) => [
    { ...streamedTransformer(4 * width), recurrent: true },
    streamedTransformer(4 * width),
  ]);
  const { lengths, ...one } = await posing.measure(1, work);
  // Long enough that what grows is more than what does not.
  const long = [32, 256];
  const nets = one.nets.map((net) => {
    const block = streamedTransformer(8);
    const at = long.map((T) => block.after(T));
    return {
      ...net,
      bytes: at.map(({ bytes }) => bytes),
      next: at.map((cost) => cost.operations),
      whole: long.map((T) => block.whole(T)),
    };
  });
  expect(lengths.length).toBe(2);
  expect(conclude(posing.judge(five({ ...one, lengths: long, nets })), 5).verdict).toBe('refuted');
});

test('without a control that grows, or with other bits, nothing is concluded', async () => {
  const one = await claim.measure(1, work);
  const recurrent = { ...one, nets: one.nets.filter((net) => net.recurrent) };
  expect(conclude(claim.judge(five(recurrent)), 5).verdict).toBe('inconclusive');
  const other = { ...one, streamed: { ...one.streamed, same: false } };
  expect(conclude(claim.judge(five(other)), 5).because).toMatch(/bits of the whole run/);
  expect(one.streamed.same).toBe(true);
});
