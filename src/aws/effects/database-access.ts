import type { Site } from '../../api/site.ts';
import { PortError } from '../../failover/port-error.ts';
import { ownSessions } from '../client-sessions.ts';
import type { CredentialsOf, DatabaseCredentials, DatabaseTarget } from '../database-session.ts';
import { describeDbInstance } from '../db-instance.ts';
import { reasonOf } from '../reason-of.ts';
import type { NameResolver } from '../resolver.ts';
import type { EffectContext } from './effect-context.ts';

/** The way into a site's database: RDS says where, the credentials' owner says as whom. */
export class DatabaseAccess {
  readonly #context: EffectContext;
  readonly #credentialsOf: CredentialsOf;
  readonly #resolver: Pick<NameResolver, 'addresses'>;
  readonly #actor: string;

  constructor(
    context: EffectContext,
    credentialsOf: CredentialsOf,
    resolver: Pick<NameResolver, 'addresses'>,
    actor: string,
  ) {
    this.#context = context;
    this.#credentialsOf = credentialsOf;
    this.#resolver = resolver;
    this.#actor = actor;
  }

  /**
   * `null` if RDS has no such instance, or has not given it an endpoint.
   *
   * @param timeoutMs for each thing that is asked of RDS and of the database. @default the time for one call
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_Endpoint.html
   * @throws PortError
   */
  async targetOf(
    site: Site,
    identifier: string,
    timeoutMs = this.#context.timing.callMs,
  ): Promise<DatabaseTarget | null> {
    const client = this.#context.clients.rds(this.#context.region(site));
    const instance = await describeDbInstance(client, identifier, AbortSignal.timeout(timeoutMs));
    if (instance?.endpoint == null) return null;
    return {
      ...instance.endpoint,
      credentials: await this.#credentials(site),
      resolver: this.#resolver,
      timeoutMs,
      applicationName: `${ownSessions}${this.#actor}`,
    };
  }

  /** `trading-db-prod-a1 in us-west-2` */
  describe(site: Site, identifier: string): string {
    return `${identifier} in ${this.#context.region(site)}`;
  }

  async #credentials(site: Site): Promise<DatabaseCredentials> {
    try {
      return await this.#credentialsOf(site);
    } catch (error) {
      throw new PortError(
        'Retryable',
        'NoCredentials',
        `no credentials of the database of ${site}: ${reasonOf(error)}`,
        {
          cause: error,
        },
      );
    }
  }
}
