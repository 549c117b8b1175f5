import type { Socket } from 'node:net';
import type { CarryingLink } from './link.ts';

/** Bytes that may be under way in one direction of one connection before its sender has to wait. */
const maxBytesUnderWay = 4 * 1024 * 1024;

type Parcel = { readonly dueMs: number } & (
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'end' }
  | { readonly kind: 'reset' }
);

/**
 * Carries what `source` sends to `destination` over one direction of a link: in order, delayed as the link says, held
 * back while it is a blackhole. The end of the stream and a reset travel the same way, so behind a blackhole nobody
 * learns that the other side has died. A slow reader, and a full link, make the sender wait.
 */
export class OneWayPipe {
  readonly #source: Socket;
  readonly #destination: Socket;
  readonly #link: CarryingLink;
  readonly #underWay: Parcel[] = [];
  #bytesUnderWay = 0;
  #lastDueMs = 0;
  #timer: NodeJS.Timeout | null = null;
  #destinationIsFull = false;
  #isOpen = false;

  constructor(source: Socket, destination: Socket, link: CarryingLink) {
    this.#source = source;
    this.#destination = destination;
    this.#link = link;
    let ended = false;
    source.on('data', (bytes) => this.#send({ kind: 'bytes', bytes }));
    source.on('end', () => {
      ended = true;
      this.#send({ kind: 'end' });
    });
    source.on('close', (failed) => {
      if (failed || !ended) this.#send({ kind: 'reset' });
    });
    // Errors are followed by 'close', which tells the other side; unheard they would end the process.
    source.on('error', () => {});
    destination.on('drain', () => {
      this.#destinationIsFull = false;
      this.deliver();
    });
  }

  #send(message: { kind: 'bytes'; bytes: Buffer } | { kind: 'end' } | { kind: 'reset' }): void {
    // A shorter delay must not let later bytes overtake earlier ones.
    const dueMs = Math.max(this.#lastDueMs, performance.now() + this.#link.delayMs);
    this.#lastDueMs = dueMs;
    this.#underWay.push({ ...message, dueMs });
    if (message.kind === 'bytes') this.#bytesUnderWay += message.bytes.length;
    this.deliver();
    if (this.#bytesUnderWay > maxBytesUnderWay) this.#source.pause();
  }

  /** Starts delivery: the destination is connected, or about to be. What came before has waited. */
  open(): void {
    this.#isOpen = true;
    this.deliver();
  }

  /** Delivers what is due and can be delivered. Called again whenever the link changes. */
  deliver(): void {
    this.#cancelTimer();
    while (this.#isOpen && !this.#destinationIsFull && this.#link.state === 'open') {
      const parcel = this.#underWay[0];
      if (parcel === undefined) break;
      const waitMs = parcel.dueMs - performance.now();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.deliver(), Math.ceil(waitMs));
        break;
      }
      this.#underWay.shift();
      this.#hand(parcel);
    }
    if (this.#source.isPaused() && this.#bytesUnderWay <= maxBytesUnderWay / 2) this.#source.resume();
  }

  #hand(parcel: Parcel): void {
    switch (parcel.kind) {
      case 'bytes':
        this.#bytesUnderWay -= parcel.bytes.length;
        if (this.#destination.writable) this.#destinationIsFull = !this.#destination.write(parcel.bytes);
        return;
      case 'end':
        this.#destination.end();
        return;
      case 'reset':
        this.#destination.resetAndDestroy();
        return;
    }
  }

  /** Forgets what is under way. */
  close(): void {
    this.#cancelTimer();
    this.#underWay.length = 0;
    this.#bytesUnderWay = 0;
  }

  #cancelTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
