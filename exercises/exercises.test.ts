import { describe, expect, test } from 'vitest';
import { exerciseCommand } from './command.ts';
import { NotYet } from './kit.ts';
import { entries, loadAnswer, loadExercise, loadWrong } from './list.ts';

/** What has to be said of the files as they are delivered. If you solved one: this is where `npm test` notices. */
const unsolved: Readonly<Record<string, RegExp>> = {
  '01-pullback': /^at x = -2 your rule says that the slope is 0\.119; differences of swish itself say -0\.0908\./,
  '02-reuse': /^for s = x \+ x, y = s · s at x = 3 the gradient is 36, not 24: s passed its cotangent on twice/,
  '03-broadcast': /^from \[3,4\] back to \[4\]: the shape is right, the numbers are not; each of the copies/,
  '04-clipping': /^the direction changed: two entries stood as .* Shortening multiplies all of them by one factor\.$/,
  '05-forget-bias':
    /^seed 1: of the gradient at step 60 only .* A typical gate starts at 0\.5, and 0\.5 to the 59th is 1\.73e-18\.$/,
  '06-mask': /^the sequence of length 3, padded to 6: .* It went on living in the padding\.$/,
  '07-refute': /^ρ\(U\) is 0\.9; the largest ‖U\^k‖ is 0\.9, at k = 1\. This U is normal/,
  '08-own-cell': /^its belt is refuted: ∂c\[t\]\/∂c\[t−1\] = diag\(k\[t\]\)\. at t = /,
};

/** What an answer is told; it has to be told something. */
function told(check: () => string): string {
  try {
    return `passed: ${check()}`;
  } catch (error) {
    expect(error).toBeInstanceOf(NotYet);
    return (error as NotYet).message; // as just seen
  }
}

/** npm run exercise WORDS: what it prints, and its exit code. */
async function run(...words: readonly string[]): Promise<string> {
  const lines: string[] = [];
  const code = await exerciseCommand(words, (line) => lines.push(line));
  return [...lines, `exit ${code}`].join('\n');
}

test('the command checks, gives one hint after the other, and knows its numbers', async () => {
  expect(await run('3')).toMatch(
    /^exercise 3: a dropped broadcast sum\n✗ from \[3,4\] back to \[4\]: .*\nfile {3}exercises\/03-broadcast\/exercise\.ts\nhint .*\nexit 1$/,
  );
  expect(await run('3', '--solution')).toMatch(
    /✓ Repeating forward is summing backward.*\nnext {3}npm run exercise 4\nexit 0$/,
  );
  expect(await run('3', '--hint', '2')).toMatch(
    /^1 {2}A bias .*\n2 {2}Leading axes .*\nnext {3}npm run exercise 3 -- --hint 3\nexit 0$/,
  );
  const usage = 'npm run exercise [N] [-- --hint [K]] [-- --solution], N from 1 to 8';
  for (const words of [['9'], ['0'], ['x'], ['3', 'x'], ['--hint']]) await expect(run(...words)).rejects.toThrow(usage);
});

test('there are eight, numbered from 1, and each has its file', () => {
  expect(entries.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(entries.map(({ folder }) => folder)).toEqual(Object.keys(unsolved));
});

describe.each(entries)('exercise $number', (entry) => {
  test('as delivered it fails, and is told why', async () => {
    const { check } = await loadExercise(entry);
    const answer = await loadAnswer(entry, 'exercise');
    expect(told(() => check(answer))).toMatch(unsolved[entry.folder] ?? '');
  });

  test('its solution passes, and says what it shows', async () => {
    const { check, hints } = await loadExercise(entry);
    expect(check(await loadAnswer(entry, 'solution'))).toMatch(/\.$/);
    expect(hints.length).toBe(3);
  });

  test('plausible wrong answers fail, each for its own reason', async () => {
    const { check } = await loadExercise(entry);
    const wrong = await loadWrong(entry);
    expect(wrong.length).toBeGreaterThan(0);
    for (const { what, answer, says } of wrong) {
      expect(
        told(() => check(answer)),
        what,
      ).toMatch(says);
    }
  });
});
