import type { LiveSource } from './source.ts';
import type { Knob, Turned, TurnedBelt } from './turn.ts';

/** What the page asks of its worker. */
export type Request =
  | { readonly type: 'recompute'; readonly source: LiveSource }
  | { readonly type: 'turn'; readonly knob: Knob; readonly value: number; readonly source: LiveSource };

/** What the worker says. */
export type Answer =
  | { readonly type: 'part'; readonly path: string; readonly json: string; readonly sha256: string }
  | { readonly type: 'turned'; readonly knob: Knob; readonly value: number; readonly turned: Turned }
  | { readonly type: 'belt'; readonly knob: Knob; readonly value: number; readonly belt: TurnedBelt | null }
  | { readonly type: 'failed'; readonly what: string; readonly message: string };
