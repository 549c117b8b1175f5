import { WriteLog } from './write-log.ts';

/** What a look at a database by RDS's API tells. */
export interface DatabaseView {
  readonly status: string;
  readonly source: string | null;
}

/** One RDS instance. Its own state is what it is; what RDS tells of it can be older. */
export class Database {
  readonly identifier: string;
  /** Made for a rehearsal: no application knows it. */
  readonly isCopy: boolean;
  /** Out of recovery: a write returns. Comes before RDS's status says anything of it. */
  role: 'writer' | 'replica';
  /** Promotions that RDS accepted. */
  promotions = 0;
  log: WriteLog;
  /** Of a replica: all that its source took before this moment is here too. */
  #replayedMs: number;
  /** The log that it replays. */
  #following: WriteLog | null;
  readonly #views: { readonly fromMs: number; readonly view: DatabaseView }[];
  /** The latest of them. */
  #shown: DatabaseView;
  readonly #nowMs: () => number;

  constructor(
    identifier: string,
    nowMs: () => number,
    made: { readonly status: string; readonly source: Database | null; readonly replayedMs: number },
  ) {
    this.identifier = identifier;
    this.isCopy = /-drill\d+$/.test(identifier);
    this.role = made.source === null ? 'writer' : 'replica';
    this.log = new WriteLog();
    this.#following = made.source?.log ?? null;
    this.#replayedMs = made.replayedMs;
    this.#nowMs = nowMs;
    this.#shown = { status: made.status, source: made.source?.identifier ?? null };
    this.#views = [{ fromMs: nowMs(), view: this.#shown }];
  }

  get status(): string {
    return this.#shown.status;
  }

  set status(status: string) {
    this.#show({ ...this.#shown, status });
  }

  get source(): string | null {
    return this.#shown.source;
  }

  set source(source: string | null) {
    this.#show({ ...this.#shown, source });
  }

  /** As RDS showed it so long ago. */
  view(staleMs: number): DatabaseView {
    const momentMs = this.#nowMs() - staleMs;
    for (let index = this.#views.length - 1; index > 0; index -= 1) {
      const { fromMs = 0, view } = this.#views[index] ?? {};
      if (view !== undefined && fromMs <= momentMs) return view;
    }
    return this.#views[0]?.view ?? this.#shown;
  }

  get replayedMs(): number {
    return this.#replayedMs;
  }

  /** @param source while the two regions reach each other; `null`: nothing comes. */
  replay(source: Database | null, lagMs: number): void {
    if (this.role === 'writer' || source === null) return;
    this.#following = source.log;
    this.#replayedMs = Math.max(this.#replayedMs, this.#nowMs() - lagMs);
  }

  /** From now on a database of its own, with all that it has replayed. */
  becomeWriter(): void {
    if (this.role === 'writer') return;
    this.role = 'writer';
    this.log = new WriteLog(this.#following === null ? null : { log: this.#following, upToMs: this.#replayedMs });
  }

  #show(view: DatabaseView): void {
    this.#views.push({ fromMs: this.#nowMs(), view });
    this.#shown = view;
  }
}
