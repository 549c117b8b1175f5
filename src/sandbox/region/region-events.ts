import type { TargetState } from '../application/target-health.ts';
import type { Heartbeat } from '../application/trades.ts';
import type { LifecycleState } from './auto-scaling/auto-scaling-group.ts';
import type { InvocationEnd } from './lambda/functions.ts';
import type { DatabaseStatus } from './rds/database-record.ts';
import type { Notification } from './sns/sns-service.ts';
import type { AwsCall } from './wire/call-log.ts';

/** What a region tells its owner, as it happens. */
export type RegionEvent = { readonly region: string; readonly atMs: number } & (
  | { readonly type: 'Call'; readonly call: AwsCall }
  | {
      readonly type: 'Database';
      readonly identifier: string;
      readonly status: DatabaseStatus | 'deleted';
      /** Why it failed. */
      readonly reason?: string;
    }
  | { readonly type: 'Instance'; readonly id: string; readonly state: LifecycleState; readonly port?: number }
  | { readonly type: 'Target'; readonly id: string; readonly state: TargetState; readonly description?: string }
  | { readonly type: 'NetworkAcl'; readonly id: string; readonly denied: boolean }
  | { readonly type: 'Notification'; readonly notification: Notification }
  | { readonly type: 'Invocation'; readonly invocation: InvocationEnd }
  /** A line that a function wrote to its log. */
  | { readonly type: 'FunctionLog'; readonly functionName: string; readonly line: string }
  /** The application of this region has written the heartbeat row: its database is the writable one. */
  | { readonly type: 'Heartbeat'; readonly heartbeat: Heartbeat }
);

type WithoutStamp<Event> = Event extends RegionEvent ? Omit<Event, 'region' | 'atMs'> : never;

/** An event before its region and time are put on it. */
export type UnstampedEvent = WithoutStamp<RegionEvent>;
