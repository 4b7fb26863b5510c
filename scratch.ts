import { trace, valueAndGrad, lstm, gru, gruResetBefore, unroll, key, print, full, sum, mul, evaluate } from 'throughline';
import { optimise } from '/tmp/wt/passes-algebra/packages/compiler/src/passes/index.ts';
const cell = ({gru, lstm, gruResetBefore} as any)[process.argv[2] ?? 'lstm'];
const p = cell.init(key(1), { I: 3, H: 5 });
const xs = full([7, 6, 3], 0.5);
const prog = trace((p: any, xs: any) => valueAndGrad((p: any) => { const r = unroll(cell, p, xs) as any; return sum(mul(r.out, r.out)); })(p), p, xs);
const { program, notes } = optimise(prog, { reassociate: process.argv[3] !== 'strict' });
console.log(print(program)); console.log(notes);
const count = (q: any, path = ''): void => { let n = 0; for (const e of q.equations) { if (e.primitive.name==='contract') n++; for (const [k, b] of Object.entries(e.params)) if ((b as any)?.equations) count(b, path + '/' + e.primitive.name); } console.log(path || 'top', 'contracts', n, 'equations', q.equations.length); };
count(program);
for (let i = 0; i < 20; i++) { const t = performance.now(); optimise(prog, { reassociate: true }); if (i % 5 == 4) console.log('ms', (performance.now() - t).toFixed(2)); }
