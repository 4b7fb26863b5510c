import { fastEntry } from '../emit/fast-entry.ts';
import { canFuse } from './engine.ts';
import { fused } from './fused.ts';
import { fastSteps, withoutTraces } from './steps.ts';

fastEntry.brought = { canFuse, fused, steps: fastSteps, withoutTraces };
