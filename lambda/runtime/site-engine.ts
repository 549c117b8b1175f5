import { type AwsPortsOptions, createAwsPorts, type OwnVantage } from '../../src/aws/aws-ports.ts';
import { AwsClients } from '../../src/aws/clients.ts';
import { databaseCredentials } from '../../src/aws/database-credentials.ts';
import { Parameters } from '../../src/aws/parameters.ts';
import { createResolver } from '../../src/aws/resolver.ts';
import { systemClock } from '../../src/aws/system-clock.ts';
import type { EngineEvent } from '../../src/failover/events.ts';
import { type Plan, planOf } from '../../src/failover/plan.ts';
import type { Ports } from '../../src/failover/ports.ts';
import { named } from './refusal.ts';
import type { Settings } from './settings.ts';
import { readSitePlan, type SitePlan } from './site-plan.ts';

/** The connections of a container, which outlive an invocation. */
export interface Connections {
  readonly clients: AwsClients;
  readonly parameters: Parameters;
}

/** @param caller who it is in CloudTrail, such as `prober/us-west-2`. */
export function connect({ region, parameterPrefix, timing }: Settings, caller: string): Connections {
  const clients = new AwsClients({ actor: caller, callMs: timing.callMs });
  return { clients, parameters: new Parameters(clients.ssm(region), parameterPrefix, timing.callMs) };
}

/** The plan of this moment: it may have changed since the container started. */
export function currentPlan({ parameters }: Connections): Promise<SitePlan> {
  return named('reading the plan', () => readSitePlan(parameters));
}

/** The engine's ports on AWS, as a function of a site has them. */
export interface SiteEngine {
  readonly plan: Plan;
  readonly ports: Ports;
  /** Who reports and writes. */
  readonly actor: string;
}

export interface SiteEngineOptions {
  readonly settings: Settings;
  readonly connections: Connections;
  readonly sitePlan: SitePlan;
  readonly actor: string;
  readonly vantages: readonly OwnVantage[];
  readonly report: (event: EngineEvent) => void;
  readonly effects?: AwsPortsOptions['effects'];
}

export function siteEngine(options: SiteEngineOptions): SiteEngine {
  const { settings, connections, sitePlan, actor, vantages, report, effects } = options;
  const { timing, dnsServer, databaseAuthorities } = settings;
  const plan = planOf(sitePlan.resource);
  const ports = createAwsPorts({
    plan,
    timing,
    actor,
    clients: connections.clients,
    clock: systemClock,
    resolver: createResolver({ server: dnsServer, timeoutMs: timing.callMs }),
    credentialsOf: databaseCredentials(connections.parameters, databaseAuthorities),
    vantages,
    report,
    ...(effects === undefined ? {} : { effects }),
  });
  return { plan, ports, actor };
}
