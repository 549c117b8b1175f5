import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { HealthCheckConfig, HealthCheck as HealthCheckDescription, Tag } from '@aws-sdk/client-route-53';
import { AwsError } from '../../region/wire/aws-error.ts';
import type { HealthCheck } from '../health-check.ts';
import type { Route53 } from '../route53.ts';
import { checkOf, configOf, invalid } from './health-check-config.ts';

/** What the API knows of a check beside what it does. */
interface Described {
  readonly callerReference: string;
  /** As it was asked for, which may say HTTPS where the sandbox looks by HTTP. */
  readonly config: HealthCheckConfig;
  /** Counts changes; an update that names another one is refused. */
  readonly version: number;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * The health checks of a world as Route 53's API shows them, those included that the world made itself.
 *
 * Source: Amazon Route 53 API Reference, CreateHealthCheck, UpdateHealthCheck, DeleteHealthCheck and their errors.
 */
export class HealthChecks {
  readonly #route53: Route53;
  readonly #described = new Map<string, Described>();
  readonly #usedReferences = new Set<string>();

  constructor(route53: Route53) {
    this.#route53 = route53;
  }

  list(): HealthCheckDescription[] {
    return this.#route53.healthChecks().map((check) => this.#describe(check));
  }

  /** @throws AwsError NoSuchHealthCheck */
  get(id: string): HealthCheckDescription {
    return this.#describe(this.#find(id));
  }

  /**
   * The same reference and settings again give the check that is there; the same reference with other settings, or of a
   * check that was deleted, is refused.
   *
   * @throws AwsError HealthCheckAlreadyExists
   */
  create(callerReference: string, config: HealthCheckConfig): HealthCheckDescription {
    const same = this.list().find((each) => each.CallerReference === callerReference);
    if (same !== undefined && isDeepStrictEqual(this.#described.get(same.Id ?? '')?.config, config)) return same;
    if (same !== undefined || this.#usedReferences.has(callerReference)) {
      const message = `A health check with the caller reference ${callerReference} was created before.`;
      throw new AwsError('HealthCheckAlreadyExists', message, 409);
    }
    const id = randomUUID();
    this.#put(id, { callerReference, config, version: 1, tags: {} });
    this.#usedReferences.add(callerReference);
    return this.get(id);
  }

  /** @throws AwsError HealthCheckVersionMismatch, NoSuchHealthCheck, InvalidInput */
  update(id: string, version: number | undefined, changes: Partial<HealthCheckConfig>): HealthCheckDescription {
    const before = this.#meaning(this.#find(id));
    if (version !== undefined && version !== before.version) {
      const message = `The version of health check ${id} is ${before.version}, not ${version}.`;
      throw new AwsError('HealthCheckVersionMismatch', message, 409);
    }
    this.#put(id, { ...before, config: { ...before.config, ...changes }, version: before.version + 1 });
    return this.get(id);
  }

  /** @throws AwsError HealthCheckInUse for the child of a calculated check, NoSuchHealthCheck */
  delete(id: string): void {
    this.#find(id);
    const parent = this.list().find(({ HealthCheckConfig: config }) => config?.ChildHealthChecks?.includes(id));
    if (parent !== undefined) {
      const message = `Health check ${id} is a child of health check ${parent.Id}.`;
      throw new AwsError('HealthCheckInUse', message);
    }
    this.#usedReferences.add(this.#meaning(this.#find(id)).callerReference);
    this.#route53.deleteHealthCheck(id);
    this.#described.delete(id);
  }

  tag(id: string, added: readonly Tag[], removed: readonly string[]): void {
    const before = this.#meaning(this.#find(id));
    const kept = Object.entries(before.tags).filter(([key]) => !removed.includes(key));
    const tags = Object.fromEntries([...kept, ...added.map(({ Key = '', Value = '' }) => [Key, Value] as const)]);
    this.#described.set(id, { ...before, tags });
  }

  tags(id: string): Readonly<Record<string, string>> {
    return this.#meaning(this.#find(id)).tags;
  }

  #find(id: string): HealthCheck {
    const found = this.#route53.healthChecks().find((check) => check.id === id);
    if (found !== undefined) return found;
    throw new AwsError('NoSuchHealthCheck', `A health check with id ${id} does not exist.`, 404);
  }

  #put(id: string, described: Described): void {
    const check = checkOf(id, described.config);
    const ids = new Set(this.#route53.healthChecks().map((each) => each.id));
    const missing = check.kind === 'Calculated' ? check.children.find((child) => !ids.has(child)) : undefined;
    if (missing !== undefined) throw invalid(`The child health check ${missing} does not exist.`);
    this.#described.set(id, described);
    this.#route53.upsert({ healthChecks: [check] });
  }

  #describe(check: HealthCheck): HealthCheckDescription {
    const { callerReference, config, version } = this.#meaning(check);
    return { Id: check.id, CallerReference: callerReference, HealthCheckConfig: config, HealthCheckVersion: version };
  }

  /** The world's own checks were never asked for by the API. */
  #meaning(check: HealthCheck): Described {
    const known = this.#described.get(check.id);
    return known ?? { callerReference: `sandbox/${check.id}`, config: configOf(check), version: 1, tags: {} };
  }
}
