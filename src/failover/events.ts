import type { Site } from '../api/site.ts';
import type { Assessment, Reason } from './assess.ts';
import type { StepName } from './operation.ts';

/** What the engine tells of itself as it happens; one line each in a log. Times are the actor's wall clock. */
export type EngineEvent = { readonly atMs: number; readonly actor: string; readonly plan: string } & (
  | { readonly kind: 'Verdict'; readonly site: Site; readonly verdict: Assessment['active']['verdict'] }
  | { readonly kind: 'Hold'; readonly reasons: readonly Reason[] }
  | {
      readonly kind: 'OperationStarted' | 'OperationTakenOver' | 'OperationAborting';
      readonly operationId: string;
      readonly message: string;
    }
  | {
      readonly kind: 'Step';
      readonly operationId: string;
      readonly step: StepName;
      readonly phase: string;
      readonly message: string;
    }
  | { readonly kind: 'Call'; readonly operationId: string; readonly step: StepName; readonly message: string }
  | { readonly kind: 'OperationEnded'; readonly operationId: string; readonly outcome: 'Succeeded' | 'Aborted' }
  | { readonly kind: 'LeaseLost'; readonly message: string }
  | {
      readonly kind: 'FencePending' | 'Fenced' | 'UnfencePending' | 'Unfenced' | 'CleanedUp';
      readonly site: Site;
      readonly message: string;
    }
  | { readonly kind: 'Trouble'; readonly message: string }
);

/** Of a union, without losing its members. */
type OmitEach<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;

/** An event before the driver adds who and when. */
export type EventBody = OmitEach<EngineEvent, 'atMs' | 'actor' | 'plan'>;
