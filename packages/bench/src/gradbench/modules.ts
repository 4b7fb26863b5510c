import { ba } from './ba.ts';
import { det } from './det.ts';
import { gmm } from './gmm.ts';
import { hello } from './hello.ts';
import { ht } from './ht.ts';
import { kmeans } from './kmeans.ts';
import { llsq } from './llsq.ts';
import { lse } from './lse.ts';
import { lstm } from './lstm.ts';
import { ode } from './ode.ts';
import { particle } from './particle.ts';
import type { Module } from './protocol.ts';
import { saddle } from './saddle.ts';

/** Every eval of the suite, by the name it has there. */
export const modules: Readonly<Record<string, Module>> = {
  hello,
  llsq,
  lse,
  gmm,
  ba,
  lstm,
  ht,
  kmeans,
  ode,
  det,
  saddle,
  particle,
};
