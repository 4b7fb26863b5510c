import type { ReportContext } from '../report/context.ts';
import { commandLine } from '../report/context.ts';
import { type Html, html } from '../report/html.ts';
import { figure, mark, table } from '../report/parts.ts';
import { styleSheet } from '../report/style.ts';
import { commandFor } from './record.ts';
import type { LessonResult } from './run.ts';
import { showReading, showSpread } from './show.ts';

/** All results with their pictures as one HTML file: no scripts, nothing loaded from elsewhere. */
export async function renderLesson(results: readonly LessonResult[], context: ReportContext): Promise<string> {
  const counts = ['holds', 'holds only if', 'refuted', 'inconclusive']
    .map((verdict) => ({ verdict, count: results.filter((result) => result.verdict === verdict).length }))
    .filter(({ count }) => count > 0)
    .map(({ verdict, count }) => `${count} ${verdict === 'inconclusive' ? 'without a verdict' : verdict}`);
  const sections: Html[] = [];
  for (const result of results) sections.push(await section(result));
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="generator" content="throughline ${context.version}">
<title>throughline lesson</title>
<style>${styleSheet}</style></head>
<body><main>
<header><p class="kicker">throughline lesson<span>${context.started}</span></p>
<h1>${results.length === 1 ? 'A sentence of the lesson, measured' : `${results.length} sentences of the lesson, measured`}</h1>
<p class="lead">${counts.join(' · ')}</p></header>
${sections}
<section id="method"><h2 class="small">Run</h2><p><code>${commandLine(context)}</code></p>
<p class="how">${context.seconds.toFixed(0)} s · Node ${context.machine.node} · ${context.machine.cpu}, ${context.machine.cores} cores · throughline ${context.version}</p></section>
</main></body></html>
`;
  return page.text;
}

async function section(result: LessonResult): Promise<Html> {
  const { claim, judgement, verdict, because, seeds, seconds } = result;
  const rows = judgement.parts.map((part) => [
    mark(part.holds),
    part.says,
    part.what,
    showSpread(part.values, part.unit),
    part.threshold,
  ]);
  const charts: Html[] = [];
  for (const chart of judgement.charts) charts.push(await figure(chart, chart.title));
  const failed = judgement.oracles.filter(({ holds }) => !holds);
  return html`<section id="claim-${claim.number}"><p class="ordinal">${claim.number}</p><h2>${claim.sentence}</h2>
<p class="lead">${verdict === 'inconclusive' ? 'No verdict: ' : ''}${verdict === 'inconclusive' ? because : html`<strong>${verdict}</strong>${because === '' ? '' : ` ${because}`}`}</p>
${table(
  [
    ['mark', ''],
    ['text', 'part'],
    ['text', 'number'],
    ['number', 'median (spread)'],
    ['text', 'holds when'],
  ],
  rows,
)}
${(judgement.readings ?? []).map((reading) => html`<p class="how">${showReading(reading)}</p>`)}
${failed.map(({ what }) => html`<p class="how">Not so: ${what}</p>`)}
<div class="row two">${charts}</div>
<dl class="run"><dt>Method</dt><dd>${claim.method}</dd><dt>Would have refuted it</dt><dd>${claim.control}</dd>
<dt>Again</dt><dd><code>${commandFor(claim.number, seeds.length)}</code> · ${seeds.length} seeds · ${seconds.toFixed(1)} processor seconds</dd></dl></section>`;
}
