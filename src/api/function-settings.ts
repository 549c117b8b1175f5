import type { FunctionName } from './names.ts';

/** How a function runs, in AWS and in the sandbox. */
export interface FunctionSettings {
  readonly description: string;
  /** Whether it talks to the database, which only the VPC reaches. */
  readonly inVpc: boolean;
  readonly memoryMiB: number;
  readonly timeoutSeconds: number;
  /**
   * Longer than any invocation that ends by itself, and less than the timeout: one that took this long hung, and was
   * ended, or nearly so.
   */
  readonly longSeconds: number;
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
    // It looks for 50 s, and gives up its last look 20 s before the end.
    timeoutSeconds: 90,
    longSeconds: 80,
    everySeconds: 60,
    reservedConcurrency: 2,
    retries: 0,
  },
  failover: {
    description: 'Fails the application over to this region, together with the controller or instead of it',
    inVpc: true,
    memoryMiB: 512,
    // A little less than two starts are apart. It stops 15 s before its end and hands its lease to the one that was
    // started meanwhile, has looked long enough to judge for itself, and waits. So an operation of any length goes on
    // without a gap, and of those that the schedule starts there are never more than two.
    timeoutSeconds: 115,
    longSeconds: 110,
    everySeconds: 60,
    // Those two, one for each alarm that may wake it, and one for a person. The lease lets one of them act.
    reservedConcurrency: 6,
    retries: 0,
  },
  validator: {
    description: 'Checks that a failover would succeed, and publishes what it finds as metrics',
    inVpc: false,
    memoryMiB: 256,
    timeoutSeconds: 120,
    longSeconds: 110,
    everySeconds: 3600,
    retries: 2,
  },
  witness: {
    description: 'Looks at both sites from a region that is neither of them',
    inVpc: false,
    memoryMiB: 256,
    // As the prober, and no more: it keeps no heartbeat.
    timeoutSeconds: 90,
    longSeconds: 80,
    everySeconds: 60,
    reservedConcurrency: 2,
    retries: 0,
  },
};
