// npm run fuzz [-- files [seed]]: reads so many mutated files with each reader of interop, and prints what was measured.
// 100,000 take half a minute. Exit code 1 when one crashed a reader, took over a second or asked for more than a file can need.
import { fuzz, type Shares, subjects } from '../packages/interop/src/testing/fuzz.ts';

const [count = '100000', seed = '1'] = process.argv.slice(2);
const percent = (value: number): string => `${(100 * value).toFixed(0)} %`;
const show = ({ asWide, widened }: Shares): string =>
  `${percent(asWide)} of the file, and ${percent(widened)} of two or four times that where its numbers are widened`;
const tooMuch = ({ asWide, widened }: Shares): boolean => asWide > 1 || widened > 1;
for (const subject of subjects()) {
  const { files, accepted, refused, crashes, slowest, allocated, grown } = fuzz(subject, Number(count), Number(seed));
  console.log(
    `${subject.name.padEnd(12)} ${files} files from seed ${seed}: ${accepted} read, ${refused} refused, ${crashes.length} crashes · slowest ${slowest.toFixed(1)} ms\n` +
      `${''.padEnd(12)} readers asked for at most ${show(allocated)}\n` +
      `${''.padEnd(12)} array buffers grew by at most ${show(grown)}, besides 4 kB`,
  );
  for (const crash of crashes) console.error(`  ${crash}`);
  if (crashes.length > 0 || slowest > 1000 || tooMuch(allocated) || tooMuch(grown)) process.exitCode = 1;
}
