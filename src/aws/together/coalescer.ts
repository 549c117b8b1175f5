import type { Clock } from '../../failover/clock.ts';
import { PortError } from '../../failover/port-error.ts';
import { isThrottling, portErrorOf } from '../errors.ts';
import { Places } from './places.ts';

export interface CoalescerOptions<Question, Answer> {
  readonly clock: Clock;
  /** Two questions of one name are one question, and both are given its answer. */
  readonly nameOf: (question: Question) => string;
  /** Questions that fit into one call. */
  readonly most: number;
  /**
   * Asks by one call. What is not in the map, by name, was not answered.
   *
   * @throws PortError
   */
  readonly together: (questions: readonly Question[], limit: AbortSignal) => Promise<ReadonlyMap<string, Answer>>;
  /** Asks one question. @throws PortError */
  readonly alone: (question: Question, limit: AbortSignal) => Promise<Answer>;
  /** Whether a question that has this answer can be why a call failed that it was part of. @default none can */
  readonly canSpoil?: (answer: Answer) => boolean;
  /** For how long a question waits for others. @default 100 */
  readonly windowMs?: number;
  /** For how long those of a call wait for it before they ask alone: less than they may wait in all. */
  readonly patienceMs: number;
  /** Questions that are asked alone at the same time because a call failed. @default 100 */
  readonly aloneAtOnce?: number;
  /** For how long what spoils calls is kept out of them. @default 300_000 */
  readonly apartMs?: number;
}

interface Waiting<Question, Answer> {
  question: Question;
  readonly askers: {
    readonly limit: AbortSignal;
    readonly resolve: (answer: Answer) => void;
    readonly reject: (error: unknown) => void;
  }[];
}

/**
 * Turns the questions of many plans into few calls. A question joins a call that has not left yet, so no answer is older
 * than its question; one that no other joins is asked by the plain call, as if there were no coalescer.
 *
 * A call that fails, hangs or answers in part blinds nobody: who has no answer then asks alone. A call that was throttled
 * is the exception, since a hundred more would be throttled as well: all are told so. What was refused alone, after it
 * had been part of a call that failed, is kept out of later calls for some minutes; where nothing of a refused call is
 * refused alone, it is the call that is not allowed, and all ask alone for as long.
 */
export class Coalescer<Question, Answer> {
  readonly #options: CoalescerOptions<Question, Answer>;
  readonly #places: Places;
  readonly #apart = new Map<string, number>();
  #waiting = new Map<string, Waiting<Question, Answer>>();
  #forbiddenUntilMs = Number.NEGATIVE_INFINITY;

  constructor(options: CoalescerOptions<Question, Answer>) {
    this.#options = options;
    this.#places = new Places(options.aloneAtOnce ?? 100);
  }

  /**
   * @param limit ends the wait, whoever makes the call.
   * @throws PortError
   */
  async ask(question: Question, limit: AbortSignal): Promise<Answer> {
    const { alone, nameOf } = this.#options;
    const name = nameOf(question);
    if (this.#isApart(name)) return alone(question, limit);
    return new Promise((resolve, reject) => this.#join(name, question, { limit, resolve, reject }));
  }

  #isApart(name: string): boolean {
    const nowMs = this.#nowMs();
    if (nowMs < this.#forbiddenUntilMs) return true;
    const untilMs = this.#apart.get(name);
    if (untilMs === undefined) return false;
    if (nowMs < untilMs) return true;
    this.#apart.delete(name);
    return false;
  }

  #join(name: string, question: Question, asker: Waiting<Question, Answer>['askers'][number]): void {
    const { clock, most, windowMs = 100 } = this.#options;
    const known = this.#waiting.get(name);
    if (known !== undefined) {
      // The later one counts: of two that write the same thing it is what is to stand.
      known.question = question;
      known.askers.push(asker);
      return;
    }
    const waiting = this.#waiting;
    waiting.set(name, { question, askers: [asker] });
    if (waiting.size >= most) this.#leave(waiting);
    else if (waiting.size === 1) void clock.sleep(windowMs).then(() => this.#leave(waiting));
  }

  #leave(waiting: Map<string, Waiting<Question, Answer>>): void {
    // It was full before its time was up.
    if (this.#waiting !== waiting) return;
    this.#waiting = new Map();
    void this.#send(waiting);
  }

  async #send(waiting: ReadonlyMap<string, Waiting<Question, Answer>>): Promise<void> {
    const [only] = waiting.values();
    if (waiting.size === 1 && only !== undefined) {
      await this.#askAlone(only);
      return;
    }
    let failure: PortError | null = null;
    let answers: ReadonlyMap<string, Answer> = new Map();
    try {
      answers = await this.#together([...waiting.values()].map(({ question }) => question));
    } catch (error) {
      failure = portErrorOf(error, 'read');
    }
    if (failure !== null && isThrottling(failure)) {
      for (const { askers } of waiting.values()) for (const { reject } of askers) reject(failure);
      return;
    }
    const left = [...waiting].filter(([name, { askers }]) => {
      const answer = answers.get(name);
      if (answer === undefined) return true;
      for (const { resolve } of askers) resolve(answer);
      return false;
    });
    const spoilers = await Promise.all(left.map(([name, each]) => this.#rescue(name, each, failure)));
    if (failure?.kind === 'Refused' && !spoilers.includes(true)) this.#forbiddenUntilMs = this.#apartUntilMs();
  }

  /** Bounded whatever the call does with its signal. */
  async #together(questions: readonly Question[]): Promise<ReadonlyMap<string, Answer>> {
    const { clock, together, patienceMs } = this.#options;
    const limit = new AbortController();
    const over = new AbortController();
    const tooLate = clock.sleep(patienceMs, over.signal).then(() => {
      if (!over.signal.aborted) limit.abort();
      throw new PortError('Retryable', 'ETIMEDOUT', 'no answer in time');
    });
    try {
      return await Promise.race([together(questions, limit.signal), tooLate]);
    } finally {
      over.abort();
      tooLate.catch(() => {});
    }
  }

  /** @returns whether it can be why the call failed. */
  async #rescue(name: string, waiting: Waiting<Question, Answer>, failure: PortError | null): Promise<boolean> {
    const { canSpoil } = this.#options;
    const limit = waiting.askers[0]?.limit ?? AbortSignal.abort();
    const outcome = await this.#places
      .within(limit, () => this.#askAlone(waiting))
      .catch((error: unknown) => {
        for (const { reject } of waiting.askers) reject(failure ?? error);
        return null;
      });
    if (failure === null || outcome === null) return false;
    const spoils =
      'error' in outcome
        ? outcome.error instanceof PortError && outcome.error.kind === 'Refused'
        : canSpoil?.(outcome.answer) === true;
    if (spoils) this.#apart.set(name, this.#apartUntilMs());
    return spoils;
  }

  async #askAlone({
    question,
    askers,
  }: Waiting<Question, Answer>): Promise<{ readonly answer: Answer } | { readonly error: unknown }> {
    try {
      const answer = await this.#options.alone(question, askers[0]?.limit ?? AbortSignal.abort());
      for (const { resolve } of askers) resolve(answer);
      return { answer };
    } catch (error) {
      for (const { reject } of askers) reject(error);
      return { error };
    }
  }

  #apartUntilMs(): number {
    return this.#nowMs() + (this.#options.apartMs ?? 300_000);
  }

  #nowMs(): number {
    return this.#options.clock.now().monotonicMs;
  }
}
