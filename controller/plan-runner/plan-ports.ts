import { type AwsPortsOptions, createAwsPorts, type OwnVantage } from '../../src/aws/aws-ports.ts';
import type { AwsClients } from '../../src/aws/clients.ts';
import type { DatabaseAuthorities } from '../../src/aws/database-credentials.ts';
import type { NameResolver } from '../../src/aws/resolver.ts';
import type { SharedLooks } from '../../src/aws/together/shared-looks.ts';
import type { Clock } from '../../src/failover/clock.ts';
import type { EngineEvent } from '../../src/failover/events.ts';
import type { EffectHandlers, Ports } from '../../src/failover/ports.ts';
import type { Timing } from '../../src/failover/timing.ts';
import { planCredentials } from './database-credentials.ts';
import type { FiledPlan } from './running-plan.ts';

export interface PlanPortsOptions {
  readonly actor: string;
  readonly clients: AwsClients;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly resolver: NameResolver;
  /** What all plans of the process share. */
  readonly together: SharedLooks;
  readonly authorities: DatabaseAuthorities;
  /** SSM parameters of the application lie below it; undefined while nobody knows where they are. */
  readonly parameterPrefix: (filed: FiledPlan) => string | undefined;
  /** What Kubernetes does instead of AWS, or beside it. */
  readonly onKubernetes: (filed: FiledPlan, aws: EffectHandlers) => EffectHandlers;
}

/** The engine's ports for one plan: AWS, and the cluster for what Crossplane owns. */
export function planPorts(
  options: PlanPortsOptions,
): (filed: FiledPlan, report: (event: EngineEvent) => void) => Ports {
  const { actor, clients, clock, timing, resolver, together, authorities, parameterPrefix, onKubernetes } = options;
  return (filed, report) => {
    const awsOptions: AwsPortsOptions = {
      plan: filed.plan,
      timing,
      actor,
      clients,
      clock,
      resolver,
      together,
      credentialsOf: planCredentials({
        filed,
        clients,
        callMs: timing.callMs,
        parameterPrefix: () => parameterPrefix(filed),
        authorities,
      }),
      vantages: ownVantages(filed),
      report,
    };
    const ports = createAwsPorts(awsOptions);
    return { ...ports, effects: onKubernetes(filed, ports.effects) };
  };
}

const looksThrough: Readonly<
  Record<FiledPlan['spec']['detection']['vantages'][number]['kind'], OwnVantage['sees'] | null>
> = {
  Controller: 'Endpoint',
  Dns: 'Dns',
  // Lambda functions.
  Prober: null,
  Witness: null,
};

/** The plan's vantages that this process looks through itself. */
function ownVantages({ spec }: FiledPlan): OwnVantage[] {
  return spec.detection.vantages.flatMap(({ kind, name, domain }) => {
    const sees = looksThrough[kind];
    return sees === null ? [] : [{ sees, name, domain }];
  });
}
