import type { FunctionName } from '../../src/api/names.ts';

/** How a function runs. */
export interface FunctionSettings {
  readonly description: string;
  /** Whether it talks to the database, which only the VPC reaches. */
  readonly inVpc: boolean;
  readonly memoryMiB: number;
  readonly timeoutSeconds: number;
  /** How often it is started. */
  readonly everySeconds: number;
  /**
   * Instances that no other function of the account can take, and the most there are of this one. Undefined: it shares
   * with the others. What a failover needs must not wait for somebody else's load. Lambda refuses to reserve from an
   * account that is still limited to 10: ask for its default quota of 1,000 first.
   */
  readonly reservedConcurrency?: number;
  /** Retries of an invocation that failed. A function that is started again within a minute anyway needs none. */
  readonly retries: number;
}

export const functionSettings: Readonly<Record<FunctionName, FunctionSettings>> = {
  prober: {
    description: 'Looks at both sites from this region, and keeps the heartbeat in the database',
    inVpc: true,
    memoryMiB: 256,
    // It looks for a minute, and the next one has begun by then.
    timeoutSeconds: 90,
    everySeconds: 60,
    reservedConcurrency: 2,
    retries: 0,
  },
  failover: {
    description: 'Fails the application over to this region, together with the controller or instead of it',
    inVpc: true,
    memoryMiB: 512,
    // Long enough to watch a whole lease run out and to see a promotion through. Whoever comes next carries on.
    timeoutSeconds: 300,
    everySeconds: 60,
    // One that acts, one that watches its lease.
    reservedConcurrency: 2,
    retries: 0,
  },
  validator: {
    description: 'Checks that a failover would succeed, and publishes what it finds as metrics',
    inVpc: false,
    memoryMiB: 256,
    timeoutSeconds: 120,
    everySeconds: 3600,
    retries: 2,
  },
};

/** `rate(1 minute)`, `rate(60 minutes)`: how EventBridge Scheduler writes an interval. */
export function rateOf({ everySeconds }: FunctionSettings): string {
  const minutes = everySeconds / 60;
  return minutes === 1 ? 'rate(1 minute)' : `rate(${minutes} minutes)`;
}
