import { describe, expect, it } from 'vitest';
import { type Contestant, fastest, interleave, ours, ratio } from './interleave.ts';
import { versus } from './race.ts';

const short = { seconds: 0.1, warmUp: 0, least: 4 };

describe('in turn', () => {
  it('every contestant runs in every round, and the order turns round', async () => {
    const order: string[] = [];
    const fake = (who: string): Contestant => ({
      who,
      run(times) {
        order.push(who);
        return Array.from({ length: times }, () => 1);
      },
    });
    const timings = await interleave([fake('a'), fake('b')], short);
    expect(order.slice(0, 8).join('')).toBe('ab' + 'ab' + 'ba' + 'ab');
    expect(timings.get('a')).toEqual({ median: 1, min: 1, repetitions: timings.get('b')?.repetitions });
  });

  it('a run that takes seconds is run twice, and does not hold up the others', async () => {
    let calls = 0;
    const slow: Contestant = { who: 'slow', run: (times) => Array.from({ length: times }, () => 25 + 0 * calls++) };
    const timings = await interleave([slow, ours('quick', () => {})], short);
    expect(calls).toBe(3);
    expect(timings.get('slow')?.repetitions).toBe(2);
    expect(timings.get('quick')?.repetitions).toBeGreaterThan(4);
  });

  it('ends when all of them take seconds', async () => {
    const slow: Contestant = { who: 'slow', run: (times) => Array.from({ length: times }, () => 3) };
    expect((await interleave([slow], short)).get('slow')?.repetitions).toBe(2);
  });
});

describe('comparing', () => {
  const timings = new Map([
    ['ours, 1', { median: 4, min: 2, repetitions: 9 }],
    ['ours, 2', { median: 2, min: 2, repetitions: 9 }],
    ['theirs', { median: 6, min: 5, repetitions: 7 }],
  ]);
  const side = (name: string) => ({ name, among: (who: string) => who.startsWith(name) });

  it('the fastest is that of the least median, and ratios are of medians and of minima', () => {
    expect(fastest(timings)).toBe('ours, 2');
    expect(fastest(timings, (who) => who === 'nobody')).toBeUndefined();
    expect(ratio({ median: 2, min: 2, repetitions: 1 }, { median: 6, min: 5, repetitions: 1 })).toEqual({
      median: 3,
      best: 2.5,
    });
    expect(versus('M', timings, side('ours'), side('theirs'))).toEqual([
      { what: 'M', who: 'ours over theirs', unit: '× as fast', median: 3, best: 2.5, repetitions: 7 },
    ]);
  });

  it('there is no ratio to a peer that is not installed', () => {
    expect(versus('M', timings, side('ours'), side('PyTorch'))).toEqual([]);
  });
});
