interface CommonSettings {
  readonly id: string;
  /** Healthy means unhealthy and the other way round. @default false */
  readonly inverted?: boolean;
  /** No checking; healthy, or unhealthy if inverted. @default false */
  readonly disabled?: boolean;
}

/**
 * A check by HTTP, Route 53's types HTTP and (with `searchString`) HTTP_STR_MATCH. The sandbox has no TLS: where the
 * real switch uses the HTTPS types, it uses these.
 */
export interface EndpointCheck extends CommonSettings {
  readonly kind: 'Endpoint';
  readonly hostname: string;
  /** Starts with a slash. */
  readonly path: string;
  /** Must be found within the first 5,120 bytes of the body. */
  readonly searchString?: string;
  readonly intervalSeconds: 10 | 30;
  /** Results in a row, of the other kind, that change a checker's mind: failures and successes alike. */
  readonly failureThreshold: number;
}

/** Healthy while at least `healthThreshold` of its children are; 0 is always, more than there are is never. */
export interface CalculatedCheck extends CommonSettings {
  readonly kind: 'Calculated';
  readonly children: readonly string[];
  readonly healthThreshold: number;
}

export type HealthCheck = EndpointCheck | CalculatedCheck;
