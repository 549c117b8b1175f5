import type { KubeConfig } from '@kubernetes/client-node';
import { sites } from '../src/api/site.ts';
import type { AwsClients } from '../src/aws/clients.ts';
import { createResolver } from '../src/aws/resolver.ts';
import type { Clock } from '../src/failover/clock.ts';
import type { CommandLine } from './command-line.ts';
import { PlanReconciler } from './failover-plan/plan-reconciler.ts';
import { identityOf, reportingController } from './identity.ts';
import {
  type FailoverObject,
  failoverPlans,
  failovers,
  type PlanObject,
  regionalStacks,
  type StackObject,
} from './kinds.ts';
import { PlanMetrics } from './plan-metrics.ts';
import { eventFields, wordsOf } from './plan-runner/engine-events.ts';
import { planPorts } from './plan-runner/plan-ports.ts';
import { PlanRunner } from './plan-runner/plan-runner.ts';
import { watchReadiness } from './plan-runner/readiness-loop.ts';
import type { FiledPlan } from './plan-runner/running-plan.ts';
import { Turnstile } from './plan-runner/turnstile.ts';
import { ApiClient } from './runtime/api-client.ts';
import { Controller } from './runtime/controller.ts';
import { EventRecorder } from './runtime/events.ts';
import { Informer } from './runtime/informer.ts';
import type { Logger } from './runtime/logger.ts';
import { Manager } from './runtime/manager.ts';
import { RuntimeMetrics } from './runtime/metrics.ts';
import type { Settings } from './settings.ts';

/** Looks at readiness that go on at once: each is some thirty calls to AWS. */
const readinessLooks = 8;
/** Operations that this process carries out at once. The others begin in the order of their plans' priorities. */
const operationsAtOnce = 200;
/** Plans that need somebody are looked at before those that are well. */
const troublePriority = 1_000_000;

export interface ProcessOptions {
  readonly commandLine: CommandLine;
  readonly settings: Settings;
  readonly kubeConfig: KubeConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** @param actor who it is in CloudTrail. */
  readonly clientsOf: (actor: string) => AwsClients;
}

/** Puts the controller together: everything that acts, and what it acts by. */
export function createProcess(options: ProcessOptions): Manager {
  const { commandLine, settings, kubeConfig, clock, logger, random, clientsOf } = options;
  const { leaseName, leaseNamespace, replica, workers, selector, healthPort, metricsPort, shutdownMs } = commandLine;
  const { timing, dnsServer, databaseCa } = settings;
  const { candidate, actor } = identityOf(replica);
  const runtimeMetrics = new RuntimeMetrics();
  const metrics = new PlanMetrics(runtimeMetrics.registry);
  const api = new ApiClient({ kubeConfig, clock, userAgent: actor, onRequest: runtimeMetrics.onRequest });
  const events = new EventRecorder({ api, clock, logger, controller: reportingController, instance: candidate });
  const clients = clientsOf(actor);
  const resolver = createResolver({ server: dnsServer, timeoutMs: timing.callMs });

  const common = { api, clock, logger, random };
  const plans = new Informer<PlanObject>({
    ...common,
    resource: failoverPlans,
    ...(selector === undefined ? {} : { labelSelector: selector }),
  });
  const operations = new Informer<FailoverObject>({
    ...common,
    resource: failovers,
    indexers: { plan: ({ metadata, spec }) => [`${metadata.namespace}/${spec.planRef.name}`] },
  });
  const stacks = new Informer<StackObject>({ ...common, resource: regionalStacks });

  /** `/trading/dev`, by whichever of the plan's stacks is known. */
  const parameterPrefix = ({ key, spec }: FiledPlan): string | undefined => {
    const [namespace] = key.split('/');
    for (const site of sites) {
      const stack = stacks.get(`${namespace}/${spec.sites[site].stackRef?.name}`);
      if (stack !== undefined) return `/${stack.spec.app}/${stack.spec.environment}`;
    }
    return undefined;
  };

  const looks = new Turnstile(readinessLooks);
  const runner: PlanRunner = new PlanRunner({
    actor,
    clock,
    timing,
    logger,
    random,
    portsOf: planPorts({
      actor,
      clients,
      clock,
      timing,
      resolver,
      caFile: databaseCa,
      parameterPrefix,
      onKubernetes: (_filed, aws) => aws,
    }),
    watchReadiness: (filed, { heartbeat, journal }, onReadiness, signal) =>
      watchReadiness(
        {
          plan: filed.plan,
          planHash: filed.hash,
          actor,
          clients,
          clock,
          logger,
          callMs: timing.callMs,
          heartbeat,
          turnstile: looks,
          priority: filed.spec.priority,
          random,
          journal,
          planParameter: () => {
            const prefix = parameterPrefix(filed);
            return prefix === undefined ? undefined : `${prefix}/plan`;
          },
          onReadiness,
        },
        signal,
      ),
    starts: new Turnstile(workers),
    operations: new Turnstile(operationsAtOnce),
    onChange: (key) => planController.enqueue(key, { priority: priorityOf(key) }),
    onEvent: (key, event) => {
      const { level, message, kubernetes } = wordsOf(event);
      logger[level](eventFields(key, event), message);
      const regarding = plans.get(key);
      if (kubernetes !== null && regarding !== undefined) events.record({ regarding, note: message, ...kubernetes });
    },
    onJournal: (key, journal, before) => metrics.journal(key, actor, journal, before),
  });
  const priorityOf = (key: string): number => {
    const view = runner.get(key);
    if (view === undefined) return 0;
    const isWell = view.journal?.operation == null && view.decided?.assessment.active.verdict === 'Up';
    return view.spec.priority + (isWell ? 0 : troublePriority);
  };

  const planReconciler = new PlanReconciler({
    api,
    clock,
    logger,
    events,
    metrics,
    runner,
    plan: (key) => plans.get(key),
    failovers: (key) => operations.byIndex('plan', key),
    roles: () => undefined,
  });
  const planController = new Controller({
    name: 'failover-plan',
    clock,
    logger,
    metrics: runtimeMetrics,
    workers,
    reconcile: (key, context) => planReconciler.reconcile(key, context),
  }).watch(plans);

  return new Manager({
    clock,
    logger,
    metrics: runtimeMetrics,
    events,
    informers: [plans, operations, stacks],
    controllers: [runner, planController],
    election: { api, lease: { name: leaseName, namespace: leaseNamespace }, identity: candidate, random },
    serve: { healthPort, metricsPort },
    stopMs: shutdownMs,
  });
}
