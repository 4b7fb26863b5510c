// node --import ./scripts/source.mjs FILE.ts runs a source without building it.
import { register } from 'node:module';

register('./source-hooks.mjs', import.meta.url);
