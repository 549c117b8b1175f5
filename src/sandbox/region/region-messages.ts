import type { ErrorCode } from '../../api/errors.ts';
import type { RegionConfig, RegionInfo } from './region-config.ts';
import type { RegionEvent } from './region-events.ts';
import type { Fault } from './wire/faults.ts';

/** What the owner asks of a region's process; each but `Start` and `Stop` is answered with `Done` or `Failed`. */
export type RegionRequest =
  | { readonly type: 'Start'; readonly config: RegionConfig }
  | { readonly type: 'Stop' }
  | { readonly type: 'AddFault'; readonly id: number; readonly fault: Fault }
  | { readonly type: 'ClearFaults'; readonly id: number }
  | { readonly type: 'BackUp'; readonly id: number; readonly identifier: string; readonly milliseconds: number }
  | { readonly type: 'UseDatabase'; readonly id: number; readonly identifier: string }
  | { readonly type: 'Inform'; readonly id: number };

export type RegionReport =
  | { readonly type: 'Started'; readonly info: RegionInfo }
  /** The region could not start; the code if it is an error that a user can mend. */
  | { readonly type: 'StartFailed'; readonly message: string; readonly code?: ErrorCode }
  | { readonly type: 'Event'; readonly event: RegionEvent }
  | { readonly type: 'Done'; readonly id: number; readonly info: RegionInfo }
  | { readonly type: 'Failed'; readonly id: number; readonly message: string };
