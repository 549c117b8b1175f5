import { scopeOf, siteNames } from '../../../../src/api/names.ts';
import { sites } from '../../../../src/api/site.ts';
import { AwsClients } from '../../../../src/aws/clients.ts';
import { operationsLocation } from '../../../../src/sandbox/world/locations.ts';
import { loadBalancerHost } from '../../../../src/sandbox/world/wiring.ts';
import type { World } from '../../../../src/sandbox/world/world.ts';
import type { ApiClient, KubernetesObject } from '../../rig/kubernetes/api-client.ts';
import { kindName } from '../../rig/provider/kinds-in-use.ts';
import type { Observation, Provider } from '../../rig/provider/reconcile-managed.ts';
import { databases } from './databases.ts';
import { healthChecks } from './health-checks.ts';
import { forProvider } from './managed.ts';
import { parameters } from './parameters.ts';
import { records, zones } from './records.ts';

/** provider-aws with a world behind it. */
export interface AwsProvider extends Required<Provider> {
  close(): void;
}

/**
 * Plays provider-aws over a world, from the operations cluster's place in it. What roles and traffic depend on is real:
 * databases, health checks, records, parameters. Of the rest (networks, roles, alarms, …) it says that it is there, as
 * the world has it, with ids and ARNs of the form that AWS gives.
 *
 * Only databases are looked at each time; the others are written when their spec changes.
 */
export function awsProvider(world: World, api: ApiClient): AwsProvider {
  const clients = new AwsClients({
    actor: 'provider-aws',
    callMs: 5_000,
    endpoint: world.switchboard.awsEndpointUrl(operationsLocation),
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
  });
  const database = databases(clients, api);
  const real: Readonly<Record<string, Provider>> = {
    'Instance.rds.aws.m.upbound.io': database,
    'HealthCheck.route53.aws.m.upbound.io': onceASpec(healthChecks(clients, api)),
    'Record.route53.aws.m.upbound.io': onceASpec(records(clients, api)),
    'Zone.route53.aws.m.upbound.io': onceASpec(zones(clients)),
    'Parameter.ssm.aws.m.upbound.io': onceASpec(parameters(clients, api)),
    'LB.elbv2.aws.m.upbound.io': loadBalancers(world),
  };
  const providerOf = (managed: KubernetesObject): Provider => real[kindName(managed)] ?? { observe: described };
  return {
    observe: (managed) => providerOf(managed).observe(managed),
    remove: (managed) => providerOf(managed).remove?.(managed),
    close: () => clients.close(),
  };
}

/** Asks AWS again only when the spec is another one. */
function onceASpec(provider: Provider): Provider {
  const seen = new Map<string, Observation>();
  return {
    ...provider,
    async observe(managed) {
      const { uid, generation } = managed.metadata;
      const key = `${uid}/${generation}`;
      const observation = seen.get(key) ?? (await provider.observe(managed));
      seen.set(key, observation);
      return observation;
    },
  };
}

function loadBalancers({ app }: World): Provider {
  return {
    observe(managed) {
      const { region } = forProvider<{ readonly region: string }>(managed);
      const site = sites.find((each) => app.spec[each].region === region);
      if (site === undefined) throw new Error(`the world has no load balancer in ${region}`);
      const { loadBalancer: name } = siteNames({ ...scopeOf(app), region: region ?? '' });
      return {
        externalName: name,
        atProvider: {
          arn: arnOf(managed, `loadbalancer/app/${name}/0123456789abcdef`),
          dnsName: loadBalancerHost(app, site),
          zoneId: 'Z35SXDOTRQ7X7K',
        },
      };
    },
  };
}

/** Something that is there, and that nothing in this world asks more of. */
function described(managed: KubernetesObject): Observation {
  const { name, annotations = {} } = managed.metadata;
  const externalName = annotations['crossplane.io/external-name'] ?? name;
  const arn = arnOf(managed, managed.kind === 'LBTargetGroup' ? `targetgroup/${name}/0123456789abcdef` : externalName);
  const { replica } = forProvider<{ readonly replica: readonly object[] }>(managed);
  return {
    externalName,
    atProvider: {
      id: externalName,
      arn,
      ...(replica === undefined
        ? {}
        : { streamArn: `${arn}/stream/1`, replica: [{ arn, streamArn: `${arn}/stream/1` }] }),
    },
  };
}

function arnOf(managed: KubernetesObject, resource: string): string {
  const { region = '' } = forProvider<{ readonly region: string }>(managed);
  const service = managed.apiVersion.split('.')[0]?.replace('elbv2', 'elasticloadbalancing');
  return `arn:aws:${service}:${region}:111122223333:${resource}`;
}
