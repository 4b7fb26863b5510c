import type { Facts } from '../check/facts.ts';
import type { ReportContext } from './context.ts';
import { hashFacts } from './hash.ts';
import { html } from './html.ts';
import { beltSection } from './sections/belt.ts';
import { gradientSection } from './sections/cells.ts';
import { claimsSection } from './sections/claims.ts';
import { learningSection } from './sections/learning.ts';
import { bar, type Live, liveScripts, liveSection, policy } from './sections/live.ts';
import { methodSection } from './sections/method.ts';
import { reachSection } from './sections/reach.ts';
import { verdictSection } from './sections/verdict.ts';
import { styleSheet } from './style.ts';

/**
 * The report of a check as one HTML file that loads nothing from elsewhere. With `live` its page computes the untrained
 * facts again and compares; without, it has no scripts.
 */
export async function renderReport(facts: Facts, context: ReportContext, live: Live | null = null): Promise<string> {
  const hash = hashFacts(facts);
  const cells = facts.cells.map(({ name }) => name).join(', ');
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="generator" content="throughline ${context.version}">
${policy(live)}
<title>throughline check · ${cells}</title>
<style>${styleSheet}</style></head>
<body><main>
${bar(live)}
${verdictSection(facts, context, hash)}
${gradientSection(facts)}
${await beltSection(facts)}
${await reachSection(facts)}
${liveSection(facts, live)}
${await learningSection(facts)}
${claimsSection(facts)}
${methodSection(facts, context, hash)}
</main>
${liveScripts(facts, live)}</body></html>
`;
  return page.text;
}
