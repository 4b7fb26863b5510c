import { darkSeries, lightSeries } from '@throughline/plot';
import { Html } from './html.ts';

const variables = (colors: readonly string[]): string => colors.map((color, i) => `--series-${i}:${color}`).join(';');

const light = `--ground:#fdfdfc;--ink:#1b1f27;--soft:#5b6270;--line:#e2e3e6;--tint:#f4f5f6;--belt:#0b62a8;--beside:#c2410c;--yes:#0f7f63;--no:#b3261e;${variables(lightSeries)}`;
const dark = `--ground:#14171c;--ink:#e6e8ec;--soft:#9aa3b0;--line:#2d323b;--tint:#1c2027;--belt:#6cb2f0;--beside:#f58a4b;--yes:#4cc9a4;--no:#ff8a80;${variables(darkSeries)}`;

/** The report's style: two grounds, one text face, one face for figures and tables. */
export const styleSheet = new Html(
  `
:root{color-scheme:light dark;${light};--figure-font:ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Liberation Sans",sans-serif;--text-font:Charter,"Bitstream Charter","Source Serif 4","Sitka Text",Cambria,Georgia,"Liberation Serif",serif;--code-font:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
@media (prefers-color-scheme:dark){:root{${dark}}}
@media print{:root{color-scheme:light;${light};--ground:#fff}body{font-size:10.5pt}section,figure,table{break-inside:avoid}section#belt,section#learning,section#method,section#gradients{break-inside:auto}h2,h3,h4{break-after:avoid}}
*{box-sizing:border-box}
html{background:var(--ground);color:var(--ink);-webkit-text-size-adjust:100%}
body{margin:0;font:17px/1.55 var(--text-font);font-variant-numeric:lining-nums}
main{max-width:1080px;margin:0 auto;padding:56px 24px 96px}
p{max-width:44em;margin:.5em 0 1em}
h1{font:700 42px/1.15 var(--text-font);letter-spacing:-.015em;margin:.15em 0 .3em}
h2{font:700 28px/1.2 var(--text-font);letter-spacing:-.01em;margin:0 0 .4em}
h2.small{font:600 13px/1.4 var(--figure-font);letter-spacing:.06em;text-transform:uppercase;color:var(--soft)}
h3{font:700 19px/1.3 var(--text-font);margin:1.6em 0 .3em;overflow-wrap:anywhere}
h4{font:600 13px/1.4 var(--figure-font);margin:0 0 .5em;overflow-wrap:anywhere}
code{font:.8em/1.5 var(--code-font);overflow-wrap:anywhere}
sub,sup{font-size:.72em;line-height:0}
section{margin-top:64px;position:relative}
header+section,section#facts{margin-top:36px}
.kicker{font:600 13px/1.5 var(--figure-font);letter-spacing:.02em;margin:0;max-width:none;overflow-wrap:anywhere}
.kicker span{color:var(--soft);font-weight:400;margin-left:.8em}
.lead{font-size:20px;line-height:1.45;color:var(--ink)}
.ordinal{font:600 13px/1 var(--figure-font);color:var(--ground);background:var(--ink);width:24px;height:24px;line-height:24px;text-align:center;border-radius:50%;margin:0 0 12px}
.how,.count,.hash span,figcaption,.at{color:var(--soft)}
.how,.count,.hash{font:14px/1.5 var(--figure-font)}
.count{margin-top:0}
.hash{max-width:none;margin-top:1.2em}.hash span{display:block}
.claims{list-style:none;margin:0;padding:0;columns:2 22em;column-gap:40px;font:15px/1.5 var(--figure-font)}
.claims li{padding:3px 0 3px 26px;text-indent:-26px;break-inside:avoid;overflow-wrap:anywhere}
.sign{font-weight:700;display:inline-block;width:18px;text-indent:0}.claims .sign{margin-right:4px}.sign.yes{color:var(--yes)}.sign.no{color:var(--no)}
.scroll{overflow-x:auto;margin:0 0 1.2em}
table{border-collapse:collapse;font:14px/1.45 var(--figure-font);font-variant-numeric:tabular-nums lining-nums;margin:.4em 0}
th{font-weight:600;color:var(--soft);text-align:left;vertical-align:bottom;border-bottom:1px solid var(--ink)}
th,td{padding:5px 22px 5px 0}td{border-bottom:1px solid var(--line);vertical-align:top}
th:last-child,td:last-child{padding-right:0}
.number{text-align:right;white-space:nowrap}td.text{overflow-wrap:break-word;max-width:28em}th.mark,td.mark{width:26px;padding-right:6px}
table.facts{width:100%}
.facts .group th{color:var(--ink);font-size:15px;padding-top:22px;border-bottom:1px solid var(--ink)}
.facts .group td{padding-top:22px;vertical-align:bottom;border-bottom:1px solid var(--ink)}
.facts tr:first-child>*{padding-top:0}
.facts .number{padding-right:36px}
.facts td:nth-child(2){overflow-wrap:anywhere}
.path code,.command code{font-size:12px;color:var(--soft);overflow-wrap:anywhere}.command code{color:var(--ink)}
.cell{margin-top:34px;padding-top:6px;border-top:1px solid var(--line)}
.cell>h3{margin-top:.5em}
.pair{display:grid;grid-template-columns:minmax(0,1fr) max-content;gap:12px 40px;align-items:start}
.equations{font:18px/1.75 "STIX Two Math","Cambria Math","Latin Modern Math",var(--text-font);white-space:pre-wrap;overflow-wrap:anywhere;padding-left:1em;text-indent:-1em}
.pair h4{color:var(--soft);margin:.6em 0 .2em}.pair>div:last-child{max-width:100%;min-width:0}
.row{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(300px,100%),1fr));gap:28px 28px;margin:28px 0}
.tables{display:flex;flex-wrap:wrap;gap:0 56px}.tables .scroll{max-width:100%}
h4.over{font-size:15px;margin:2.6em 0 -.4em}
.row.two{grid-template-columns:repeat(auto-fit,minmax(min(420px,100%),1fr))}
figure{margin:0;min-width:0}figure.wide{margin:20px 0 28px}
figure svg{display:block;max-width:100%;height:auto;overflow:visible}
figcaption{font:13.5px/1.5 var(--figure-font);margin-top:10px;max-width:52em}
.hidden{display:block}
.formulas,.run{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:10px 28px;font:15px/1.5 var(--figure-font);margin:.6em 0}
dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere}.formulas span{display:block;color:var(--soft);font-size:13.5px}
svg.belt{font-family:var(--figure-font);text-anchor:middle;fill:var(--ink);min-width:620px}
.belt .flow path{stroke:var(--soft);stroke-width:1.2;fill:none}.belt .flow .tip{fill:var(--soft);stroke:none}
.belt .direction,.belt .step{font-size:12px;fill:var(--soft)}
.belt .on-belt{stroke:var(--belt);stroke-opacity:.85}.belt .beside{stroke:var(--beside);stroke-opacity:.55}
.belt .faint{stroke:var(--soft);stroke-dasharray:2 4;stroke-opacity:.7}
.belt .share{font-size:12px;font-weight:600;fill:var(--belt)}
.belt .node rect,.belt .node circle{fill:var(--ground);stroke:var(--ink);stroke-width:1.4}
.belt .node.main rect{stroke:var(--belt);stroke-width:2.2}.belt .node.tap circle{stroke:var(--soft)}
.belt .node text{font-size:15px;font-style:italic}.belt .index{font-size:10px;font-style:normal}
.recomputed{position:sticky;top:0;z-index:1;margin:0 0 28px;max-width:none;padding:8px 14px;font:14px/1.45 var(--figure-font);background:var(--tint);color:var(--soft);border-left:4px solid var(--soft)}
.recomputed[data-state=equal]{border-color:var(--yes)}.recomputed[data-state=equal] strong{color:var(--yes)}.recomputed[data-state=unequal]{border-color:var(--no);color:var(--ink)}.recomputed[data-state=unequal] strong{color:var(--no)}
.again{position:absolute;margin-left:8px;color:var(--yes)}.again.no,.no{color:var(--no)}
.knob{min-width:0}.turn{display:flex;justify-content:space-between;gap:16px;font:600 15px/1.4 var(--figure-font)}.turn output{font-variant-numeric:tabular-nums;color:var(--belt)}
.knob input{width:100%;margin:10px 0 0;accent-color:var(--belt)}.ends{display:flex;justify-content:space-between;font:12px/1.3 var(--figure-font);color:var(--soft)}
.knob table{width:100%;margin:14px 0 20px}.knob th{color:var(--ink);font-weight:400;border-bottom:1px solid var(--line)}.knob[aria-busy] data{opacity:.45}
.knob .belt{min-width:0;height:auto}.knob figure+figure{margin-top:18px}
.failed:empty{display:none}
@media print{.recomputed{position:static}#live{display:none}}
@media (max-width:760px){.recomputed{position:static}td.text{min-width:7.5em}th,td{padding-right:14px}main{padding:32px 16px 64px}h1{font-size:32px}.lead{font-size:18px}.pair{grid-template-columns:minmax(0,1fr)}.formulas,.run{grid-template-columns:minmax(0,1fr);gap:2px}.formulas dd,.run dd{margin-bottom:12px}.facts .command,.facts .path{display:block;border:0;padding:0 0 6px 26px}.facts tr{display:grid;grid-template-columns:26px minmax(0,1fr) max-content}.facts .group{display:block}.facts td,.facts .group th{border:0}.facts tr:not(.group){border-bottom:1px solid var(--line)}.facts .path{grid-column:1/-1}.facts .group th,.facts .group td{display:block;padding-top:0}.facts .group{border-bottom:1px solid var(--ink);padding-top:20px}.facts .number{padding-right:0}}
`.replace(/\n/g, ''),
);
