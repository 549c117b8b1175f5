/** One AWS call that reached the region. */
export interface AwsCall {
  /** Counts the region's calls from 1. */
  readonly number: number;
  /** When it arrived, in milliseconds since the epoch. */
  readonly atMs: number;
  readonly durationMs: number;
  readonly region: string;
  /** Service of the credential scope, such as `rds`. */
  readonly service: string;
  readonly operation: string;
  /** See `callerOf`. */
  readonly caller: string;
  /** Whose credentials signed it: what a policy is attached to. See `callerOf`. */
  readonly principal: string;
  /** The request's input, as the operation's schema reads it. */
  readonly parameters: unknown;
  /** `OK` or the error's code: what the region did. */
  readonly result: string;
  /** What an injected fault did to the call, if one struck. */
  readonly fault?: string;
}

/** Keeps the last calls, newest last, and passes each on. */
export class CallLog {
  readonly #calls: AwsCall[] = [];
  readonly #capacity: number;
  readonly #onCall: (call: AwsCall) => void;
  #count = 0;

  constructor(onCall: (call: AwsCall) => void, capacity = 10_000) {
    this.#onCall = onCall;
    this.#capacity = capacity;
  }

  add(call: Omit<AwsCall, 'number'>): void {
    this.#count += 1;
    const numbered = { number: this.#count, ...call };
    this.#calls.push(numbered);
    if (this.#calls.length > this.#capacity) this.#calls.shift();
    this.#onCall(numbered);
  }

  get calls(): readonly AwsCall[] {
    return this.#calls;
  }
}
