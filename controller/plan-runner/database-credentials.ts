import { otherSite, type Site } from '../../src/api/site.ts';
import type { AwsClients } from '../../src/aws/clients.ts';
import { type DatabaseAuthorities, databaseCredentials } from '../../src/aws/database-credentials.ts';
import type { CredentialsOf } from '../../src/aws/database-session.ts';
import { Parameters } from '../../src/aws/parameters.ts';
import { PortError } from '../../src/failover/port-error.ts';
import type { FiledPlan } from './running-plan.ts';

export interface PlanCredentialsOptions {
  readonly filed: FiledPlan;
  readonly clients: AwsClients;
  readonly callMs: number;
  /** SSM parameters of the application lie below it; undefined while nobody knows where they are. */
  readonly parameterPrefix: () => string | undefined;
  readonly authorities: DatabaseAuthorities;
}

/**
 * How to log in to the databases of both sites. A promoted replica keeps its source's password, so either site's
 * parameters are good for both, and a region that is dark hides nothing.
 */
export function planCredentials(options: PlanCredentialsOptions): CredentialsOf {
  const { filed, clients, callMs, parameterPrefix, authorities } = options;
  const bySite = new Map<Site, CredentialsOf>();

  function of(site: Site): CredentialsOf {
    const known = bySite.get(site);
    if (known !== undefined) return known;
    const prefix = parameterPrefix();
    if (prefix === undefined) {
      const message = `nobody knows where the password is: ${filed.key} names no RegionalStack, or there is none yet`;
      throw new PortError('NotYet', 'NoStack', message);
    }
    const parameters = new Parameters(clients.ssm(filed.plan.sites[site].region), prefix, callMs);
    const made = databaseCredentials(parameters, authorities);
    bySite.set(site, made);
    return made;
  }

  return async (site) => {
    try {
      return await of(site)(site);
    } catch (error) {
      if (!(error instanceof PortError)) throw error;
      return of(otherSite(site))(otherSite(site));
    }
  };
}
