import { reportEntry } from './entry.ts';
import { names } from './names.ts';
import { profileOf } from './profile.ts';
import { reportOf } from './report.ts';

export type { Profile, ProfileLine, ProfileOptions, ProfileRow } from './profile.ts';
export type {
  CaptureReport,
  FormReport,
  LoopReport,
  MemoryAmount,
  MemoryReport,
  ProductReport,
  Report,
  RewriteReport,
  UnfusedReport,
} from './report.ts';

reportEntry.brought = { report: reportOf, profile: profileOf, names };
