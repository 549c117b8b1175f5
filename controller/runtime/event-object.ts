import { createHash } from 'node:crypto';
import type { KubernetesObject } from './kubernetes-object.ts';
import { microTime } from './micro-time.ts';
import type { Resource } from './resource.ts';

/** What happened, for people who look at the object with kubectl. */
export interface NewEvent {
  /** The object that it happened to. */
  readonly regarding: KubernetesObject;
  readonly type: 'Normal' | 'Warning';
  /** Why, in one word in CamelCase. */
  readonly reason: string;
  /** What was done about it, in one word in CamelCase. */
  readonly action: string;
  /** A sentence; cut after 1024 bytes. */
  readonly note: string;
}

/** An event as the API server keeps it. */
export interface EventObject extends KubernetesObject {
  readonly [field: string]: unknown;
}

/** Who records events, and when. */
export interface EventSource {
  readonly controller: string;
  readonly instance: string;
  readonly wallMs: number;
}

export const events: Resource = { apiVersion: 'events.k8s.io/v1', kind: 'Event', plural: 'events', namespaced: true };

/** What the API server takes, in bytes. */
const longestNote = 1_024;

/** What makes two events the same one, happening again. The note is not part of it, as in client-go. */
export function seriesKey({ regarding, type, reason, action }: NewEvent): string {
  const { name, namespace, uid } = regarding.metadata;
  return JSON.stringify([regarding.apiVersion, regarding.kind, namespace, name, uid, type, reason, action]);
}

/** The event of what happened first; within what the API server takes. */
export function eventOf(happened: NewEvent, { controller, instance, wallMs }: EventSource): EventObject {
  const { regarding, type, reason, action, note } = happened;
  const { name, namespace, uid, resourceVersion } = regarding.metadata;
  const suffix = createHash('sha256')
    .update(`${instance}\n${seriesKey(happened)}\n${wallMs}`)
    .digest('hex')
    .slice(0, 16);
  return {
    apiVersion: events.apiVersion,
    kind: events.kind,
    // Events of objects of the cluster as a whole live in `default`.
    metadata: {
      name: `${name.slice(0, 230).replace(/[^a-z0-9]+$/, '')}.${suffix}`,
      namespace: namespace ?? 'default',
    },
    eventTime: microTime(wallMs),
    reportingController: controller,
    reportingInstance: instance.slice(0, 128),
    type,
    reason: reason.slice(0, 128),
    action: action.slice(0, 128),
    note: cut(note),
    regarding: { apiVersion: regarding.apiVersion, kind: regarding.kind, name, namespace, uid, resourceVersion },
  };
}

/** Cut between characters, never within one. */
function cut(note: string): string {
  if (Buffer.byteLength(note) <= longestNote) return note;
  const bytes = Buffer.from(note).subarray(0, longestNote - 3);
  return `${bytes.toString('utf8').replace(/\uFFFD+$/, '')}…`;
}
