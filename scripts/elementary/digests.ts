// Writes packages/tensor/src/special/goldens/digests.json: run when bits were meant to change. Run as: npx tsx scripts/elementary/digests.ts
import { writeFileSync } from 'node:fs';
import * as functions from '../../packages/tensor/src/special/functions.ts';
import { digestOf } from '../../packages/tensor/src/special/testing/digest.ts';

const digests = Object.fromEntries(
  (['float64', 'float32'] as const).flatMap((precision) =>
    Object.values(functions).map((f) => [`${precision} ${f.name}`, digestOf(precision, f)] as const),
  ),
);
const target = new URL('../../packages/tensor/src/special/goldens/digests.json', import.meta.url);
writeFileSync(target, `${JSON.stringify(digests, null, 2)}\n`);
