import { useReporting } from './hook.ts';
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

useReporting({ report: reportOf, profile: profileOf });
