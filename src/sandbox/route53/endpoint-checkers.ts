import { setMaxListeners } from 'node:events';
import { type CheckerVerdict, isHealthyToMost, newVerdict, nextVerdict } from './checker-verdict.ts';
import type { EndpointCheck } from './health-check.ts';
import { type ProbeResult, probeByHttp } from './http-probe.ts';

/** Where checkers find a name: its address and port as seen from the internet, or null if it does not resolve. */
type FindEndpoint = (hostname: string) => { readonly address: string; readonly port: number } | null;

export interface CheckersOptions {
  /** Each with a phase of its own in the interval. */
  readonly checkerCount: number;
  /** Divides interval and time-outs. */
  readonly speed: number;
  readonly findEndpoint: FindEndpoint;
  /** Called after each result that changed a checker's mind. */
  readonly onChange: () => void;
}

/** What a checker saw last, in the words of GetHealthCheckStatus. */
export interface CheckerObservation {
  /** Where the checker is. */
  readonly region: (typeof checkerRegions)[number];
  readonly address: string;
  /** `Success: …` or `Failure: …`. */
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
}

/** Where Route 53 has checkers. Source: Regions of HealthCheckConfig, Amazon Route 53 API Reference. */
const checkerRegions = [
  'us-east-1',
  'us-west-1',
  'us-west-2',
  'eu-west-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-northeast-1',
  'sa-east-1',
] as const;

function observationOf(checker: number, result: ProbeResult): CheckerObservation {
  return {
    region: checkerRegions[checker % checkerRegions.length] ?? checkerRegions[0],
    // Of TEST-NET-1, which belongs to nobody.
    address: `192.0.2.${checker + 1}`,
    text: result.success ? 'Success: HTTP Status Code 200, OK' : `Failure: ${result.failure}`,
    atMs: Date.now(),
  };
}

const connectTimeoutMs = 4_000;
const responseTimeoutMs = 2_000;
// However fast the world runs, a loaded machine needs this long to answer at all.
const leastTimeoutMs = 2_000;

/** The checkers of one endpoint check, at work from construction until {@link EndpointCheckers.stop}. */
export class EndpointCheckers {
  readonly check: EndpointCheck;
  readonly #options: CheckersOptions;
  readonly #verdicts: CheckerVerdict[];
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #results: number[];
  readonly #latest: (CheckerObservation | undefined)[];
  #lastFailure: string | null = null;
  readonly #stopping = new AbortController();

  constructor(check: EndpointCheck, options: CheckersOptions) {
    // Every probe of the check listens to it.
    setMaxListeners(0, this.#stopping.signal);
    this.check = check;
    this.#options = options;
    this.#verdicts = Array.from({ length: options.checkerCount }, () => newVerdict);
    this.#results = this.#verdicts.map(() => 0);
    this.#latest = this.#verdicts.map(() => undefined);
    const intervalMs = this.#intervalMs;
    for (let checker = 0; checker < options.checkerCount; checker += 1) {
      this.#after((intervalMs * checker) / options.checkerCount, () => this.#run(checker));
    }
  }

  get #intervalMs(): number {
    return (this.check.intervalSeconds * 1_000) / this.#options.speed;
  }

  /** Before inversion. */
  get healthy(): boolean {
    return isHealthyToMost(this.#verdicts);
  }

  get healthyCheckers(): number {
    return this.#verdicts.filter((verdict) => verdict.healthy).length;
  }

  /** Every checker has had as many results as it takes to change its mind. */
  get settled(): boolean {
    return this.#results.every((results) => results >= this.check.failureThreshold);
  }

  /** What each checker that has looked saw last. */
  get observations(): readonly CheckerObservation[] {
    return this.#latest.filter((observation) => observation !== undefined);
  }

  /** Why the last probe that failed did, or null. */
  get lastFailure(): string | null {
    return this.#lastFailure;
  }

  stop(): void {
    this.#stopping.abort();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  async #run(checker: number): Promise<void> {
    const startMs = performance.now();
    const result = await this.#probe();
    if (this.#stopping.signal.aborted) return;
    this.#take(checker, result);
    this.#after(this.#intervalMs - (performance.now() - startMs), () => this.#run(checker));
  }

  async #probe(): Promise<ProbeResult> {
    const { hostname, path, searchString } = this.check;
    const endpoint = this.#options.findEndpoint(hostname);
    if (endpoint === null) return { success: false, failure: `${hostname} does not resolve` };
    return await probeByHttp({
      ...endpoint,
      hostname,
      path,
      ...(searchString === undefined ? {} : { searchString }),
      connectTimeoutMs: Math.max(leastTimeoutMs, connectTimeoutMs / this.#options.speed),
      responseTimeoutMs: Math.max(leastTimeoutMs, responseTimeoutMs / this.#options.speed),
      signal: this.#stopping.signal,
    });
  }

  #take(checker: number, result: ProbeResult): void {
    this.#results[checker] = (this.#results[checker] ?? 0) + 1;
    this.#latest[checker] = observationOf(checker, result);
    if (!result.success) this.#lastFailure = result.failure;
    const before = this.#verdicts[checker] ?? newVerdict;
    const after = nextVerdict(before, result.success, this.check.failureThreshold);
    this.#verdicts[checker] = after;
    if (after.healthy !== before.healthy) this.#options.onChange();
  }

  #after(ms: number, run: () => Promise<void>): void {
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        void run();
      },
      Math.max(0, ms),
    );
    this.#timers.add(timer);
  }
}
