import type { Facts } from '../check/facts.ts';
import type { ReportContext } from './context.ts';
import { hashFacts } from './hash.ts';
import { html } from './html.ts';
import { beltSection } from './sections/belt.ts';
import { gradientSection } from './sections/cells.ts';
import { claimsSection } from './sections/claims.ts';
import { learningSection } from './sections/learning.ts';
import { methodSection } from './sections/method.ts';
import { reachSection } from './sections/reach.ts';
import { verdictSection } from './sections/verdict.ts';
import { styleSheet } from './style.ts';

/** The report of a check as one HTML file: no scripts, nothing loaded from elsewhere. */
export async function renderReport(facts: Facts, context: ReportContext): Promise<string> {
  const hash = hashFacts(facts);
  const cells = facts.cells.map(({ name }) => name).join(', ');
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="generator" content="throughline ${context.version}">
<title>throughline check · ${cells}</title>
<style>${styleSheet}</style></head>
<body><main>
${verdictSection(facts, context, hash)}
${gradientSection(facts)}
${await beltSection(facts)}
${await reachSection(facts)}
${await learningSection(facts)}
${claimsSection(facts)}
${methodSection(facts, context, hash)}
</main></body></html>
`;
  return page.text;
}
