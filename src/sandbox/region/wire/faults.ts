/** What may happen to a call on its way. */
type FaultKind =
  /** Refused with the service's documented throttling error; nothing is done. */
  | 'Throttle'
  /** Answered with a 500; nothing is done. */
  | 'InternalError'
  /** Refused as to a caller without the permission; nothing is done. */
  | 'AccessDenied'
  /** The connection ends before anything is done. */
  | 'LostRequest'
  /** It is done, and the connection ends without an answer: the caller cannot tell. */
  | 'LostReply'
  /** It is done `delayMs` later. */
  | 'Delay';

export interface Fault {
  /** Service of the credential scope, or `*`. */
  readonly service: string;
  /** Such as `PromoteReadReplica`, or `*`. */
  readonly operation: string;
  readonly kind: FaultKind;
  /** How many calls it strikes. @default every call until the faults are cleared */
  readonly count?: number;
  /** For `Delay`, in milliseconds, not divided by the region's speed. @default 1000 */
  readonly delayMs?: number;
}

/** Injected faults, in the order they were added; the first that fits a call strikes it. */
export class Faults {
  #entries: { readonly fault: Fault; remaining: number }[] = [];

  add(fault: Fault): void {
    this.#entries.push({ fault, remaining: fault.count ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#entries = [];
  }

  /** Takes the fault that strikes this call, if any. */
  take(service: string, operation: string): Fault | undefined {
    const entry = this.#entries.find(
      ({ fault, remaining }) => remaining > 0 && fits(fault.service, service) && fits(fault.operation, operation),
    );
    if (entry === undefined) return undefined;
    entry.remaining -= 1;
    return entry.fault;
  }
}

function fits(pattern: string, value: string): boolean {
  return pattern === '*' || pattern === value;
}
