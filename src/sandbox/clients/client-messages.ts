import type { Attempt } from './outage-log.ts';

/** The client that trades through the application's name. */
export interface TradesConfig {
  /** The application's DNS name. */
  readonly hostname: string;
  readonly port: number;
  /** @default 100 */
  readonly perSecond?: number;
  /** Until an unanswered trade counts as failed. @default 1000 */
  readonly timeoutMs?: number;
  /** Trades that may be unanswered at once; beyond that none are sent. @default 16 */
  readonly maxInFlight?: number;
}

/** The client that holds a database connection and wants one that takes writes. */
export interface RowsConfig {
  /** DNS names of both database endpoints, in the order in which they are tried. */
  readonly hostnames: readonly string[];
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** @default 20 */
  readonly perSecond?: number;
  /** For a connection, and for each statement. @default 1000 */
  readonly timeoutMs?: number;
}

/** What the clients' process is told at its start. */
export interface ClientsConfig {
  /** DNS server of the clients' place, `address:port`. */
  readonly dnsServer: string;
  /** Divides the time that DNS answers are kept. @default 1 */
  readonly speed?: number;
  readonly trades?: TradesConfig;
  readonly rows?: RowsConfig;
}

export type ClientName = 'trades' | 'rows';

/** What it tells, as it happens. */
export type ClientsMessage =
  | { readonly kind: 'Attempt'; readonly client: ClientName; readonly attempt: Attempt }
  /** After `Drain`: nothing is unanswered any more, and nothing more will be sent. */
  | { readonly kind: 'Drained' };

/** What it is told later: send no more, and wait for the answers to what is out. */
export interface DrainMessage {
  readonly kind: 'Drain';
}
