import { compile } from '@throughline/compiler';
import { valueAndGrad, lstm, unroll, key, uniform, meanSquaredError, cast, mapTree } from 'throughline';
const [B,T,I,H] = [32,100,128,128];
const params = mapTree(lstm.init(key(1), { I, H }), (x) => cast(x, 'float32'));
const xs = uniform(key(2), [T, B, I], { low: -1, high: 1, dtype: 'float32' }), y = uniform(key(3), [B, H], { dtype: 'float32' });
const f = (p: any, xs: any, y: any) => meanSquaredError(unroll(lstm, p, xs).last.h, y);
const u = process.cpuUsage(); const w = performance.now(); console.time('x'); (globalThis as any).mark = 1; compile(valueAndGrad(f))(params, xs, y); const v = process.cpuUsage(u); console.log('first call CPU', (v.user+v.system)/1000, 'wall', performance.now() - w);
