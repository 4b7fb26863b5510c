import { builtInSubjects } from './check/subjects.ts';
import { runCheck } from './check/run.ts';
const t = performance.now(); const say = (s: string) => console.log(((performance.now()-t)/1000).toFixed(1), 'cpu', (process.cpuUsage().user/1e6).toFixed(1), s);
const o = { file: null, hidden: 16, steps: 60, seed: 7, train: true };
const f = await runCheck(builtInSubjects(16, 60), o, { gradients: () => say('gradients'), belt: () => say('belt'), reach: (r) => { say('reach'); console.log(r.map(x => [x.cell, x.label, x.rate, x.spectralRadius, x.largestSingularValue, x.meanTanhSlope, ...[1,10,20,40,59].map(k => x.reach[k])])); }, learning: (l) => { say('learning'); console.log(l?.runs.map(({gate, losses, reach, ...r}) => r)); } });
