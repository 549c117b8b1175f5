/** What the bench tells the double of AWS, and what it answers: messages between two processes. */
export type ToDouble =
  | { readonly type: 'Start'; readonly plans: number; readonly operationMs: number }
  | { readonly type: 'Darken' }
  | { readonly type: 'Report' };

export type FromDouble =
  | { readonly type: 'Started'; readonly endpoint: string; readonly siteUrl: string; readonly dnsServer: string }
  | { readonly type: 'Dark'; readonly atMs: number }
  | ({ readonly type: 'Report' } & DoubleReport);

export interface DoubleReport {
  /** Calls since the start, by `service:operation`. */
  readonly calls: Readonly<Record<string, number>>;
  /** Requests for the sites' health, and questions to DNS. */
  readonly looks: number;
  /** When the operation of each plan began, in milliseconds since the epoch. */
  readonly begun: readonly { readonly plan: string; readonly atMs: number }[];
}
