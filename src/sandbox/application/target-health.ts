import { request } from 'node:http';

/** States of a target. Source: Elastic Load Balancing User Guide, "Target health status". */
export type TargetState = 'initial' | 'healthy' | 'unhealthy' | 'draining';

export interface Target {
  /** Of the instance. */
  readonly id: string;
  readonly port: number;
}

export interface TargetHealth extends Target {
  readonly state: TargetState;
  /** Such as `Elb.RegistrationInProgress`; none for a healthy one. */
  readonly reason?: string;
  readonly description?: string;
}

export interface HealthCheckSettings {
  readonly path: string;
  readonly timeoutMs: number;
  /** Successes in a row. */
  readonly healthyThreshold: number;
  /** Failures in a row. */
  readonly unhealthyThreshold: number;
}

/** Health of one target, from its checks. */
export class CheckedTarget {
  readonly target: Target;
  #state: TargetState = 'initial';
  #failure: string | undefined;
  #agreeing = 0;

  constructor(target: Target) {
    this.target = target;
  }

  get state(): TargetState {
    return this.#state;
  }

  get health(): TargetHealth {
    return { ...this.target, state: this.#state, ...reasonOf(this.#state, this.#failure) };
  }

  drain(): void {
    this.#state = 'draining';
  }

  /** A new target is healthy after its first success; a change of mind takes a threshold. */
  note(failure: string | undefined, settings: HealthCheckSettings): void {
    if (this.#state === 'draining') return;
    const opinion = failure === undefined ? 'healthy' : 'unhealthy';
    this.#failure = failure;
    this.#agreeing = opinion === this.#state ? 0 : this.#agreeing + 1;
    const threshold = failure === undefined ? settings.healthyThreshold : settings.unhealthyThreshold;
    if (this.#agreeing >= threshold || (this.#state === 'initial' && opinion === 'healthy')) {
      this.#state = opinion;
      this.#agreeing = 0;
    }
  }
}

/** @returns why the target failed, or `undefined` if it is well. */
export function checkTarget(target: Target, { path, timeoutMs }: HealthCheckSettings): Promise<string | undefined> {
  return new Promise((resolve) => {
    const attempt = request(
      { host: '127.0.0.1', port: target.port, path, agent: false, signal: AbortSignal.timeout(timeoutMs) },
      (response) => {
        response.resume();
        const { statusCode } = response;
        resolve(statusCode === 200 ? undefined : `Health checks failed with these codes: [${statusCode}]`);
      },
    );
    attempt.on('error', (error) => {
      resolve(error.name === 'AbortError' || error.name === 'TimeoutError' ? 'Request timed out' : 'Connection failed');
    });
    attempt.end();
  });
}

function reasonOf(state: TargetState, failure: string | undefined): Pick<TargetHealth, 'reason' | 'description'> {
  switch (state) {
    case 'healthy':
      return {};
    case 'initial':
      return { reason: 'Elb.InitialHealthChecking', description: 'Initial health checks in progress' };
    case 'draining':
      return { reason: 'Target.DeregistrationInProgress', description: 'Target deregistration is in progress' };
    case 'unhealthy':
      return {
        reason: failure?.includes('codes') ? 'Target.ResponseCodeMismatch' : 'Target.Timeout',
        description: failure ?? 'Health checks failed',
      };
  }
}
