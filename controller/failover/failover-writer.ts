import { isDeepStrictEqual } from 'node:util';
import type { FailoverStatus } from '../../src/api/failover.ts';
import type { Operation } from '../../src/failover/operation.ts';
import { fieldManager } from '../identity.ts';
import { type FailoverObject, failovers, type PlanObject } from '../kinds.ts';
import type { ApiClient } from '../runtime/api-client.ts';
import { isAlreadyExists, isNotFound } from '../runtime/api-error.ts';
import { apply } from '../runtime/apply.ts';
import type { Clock } from '../runtime/clock.ts';
import { type Condition, type NewCondition, setCondition } from '../runtime/conditions.ts';
import type { EventRecorder } from '../runtime/events.ts';
import { operationAnnotation, recordOf } from './failover-record.ts';
import type { OperationFields } from './record-status.ts';

export interface FailoverWriterOptions {
  readonly api: ApiClient;
  readonly clock: Clock;
  readonly events: Pick<EventRecorder, 'record'>;
}

/** Writes what became of Failovers into their statuses, where it differs from what stands there. */
export class FailoverWriter {
  readonly #options: FailoverWriterOptions;

  constructor(options: FailoverWriterOptions) {
    this.#options = options;
  }

  async write(
    object: FailoverObject,
    fields: OperationFields,
    conditions: readonly Omit<NewCondition, 'observedGeneration'>[],
    signal: AbortSignal,
  ): Promise<void> {
    const { api, clock, events } = this.#options;
    const { name, namespace, generation } = object.metadata;
    const now = new Date(clock.now().wallMs);
    let all: readonly Condition[] = (object.status?.conditions ?? []) as readonly Condition[];
    const observed = generation === undefined ? {} : { observedGeneration: generation };
    for (const condition of conditions) all = setCondition(all, { ...condition, ...observed }, now);
    const status = jsonOf({ ...fields, conditions: all, ...observed }) as FailoverStatus;
    if (isDeepStrictEqual(jsonOf(object.status), status)) return;
    const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
    const options = { fieldManager, force: true, subresource: 'status', signal } as const;
    await apply(api, failovers, { metadata, status }, options).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
    const { phase, message: note = '' } = fields;
    if (phase === undefined || object.status?.phase === phase) return;
    const type = phase === 'Running' || phase === 'Succeeded' || phase === 'Pending' ? 'Normal' : 'Warning';
    events.record({ regarding: object, type, reason: phase, action: 'Operate', note });
  }

  /** The object that stands for an operation: made, or found where a former leader has made it. */
  async record(plan: PlanObject, operation: Operation, signal: AbortSignal): Promise<FailoverObject> {
    const { api } = this.#options;
    const record = recordOf(plan, operation);
    try {
      return await api.create(failovers, record, { signal });
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      const found = await api.get<FailoverObject>(failovers, record.metadata, { signal });
      if (found.metadata.annotations?.[operationAnnotation] === operation.id) return found;
    }
    // A person's object has that name.
    const other = recordOf(plan, operation, true);
    try {
      return await api.create(failovers, other, { signal });
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      return api.get<FailoverObject>(failovers, other.metadata, { signal });
    }
  }
}

function jsonOf(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
