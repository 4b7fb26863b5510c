import { createHash } from 'node:crypto';
import type { Facts } from '../check/facts.ts';
import { canonicalJson } from './canonical.ts';

/** sha256, in hexadecimal, over the canonical JSON of all facts. They hold no times, paths or machine. */
export const hashFacts = (facts: Facts): string => createHash('sha256').update(canonicalJson(facts)).digest('hex');
