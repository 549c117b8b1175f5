import type { KubeConfig } from '@kubernetes/client-node';
import { sites } from '../src/api/site.ts';
import type { AwsClients } from '../src/aws/clients.ts';
import { readPlanHistory } from '../src/aws/plan-history.ts';
import { createResolver } from '../src/aws/resolver.ts';
import { SharedLooks } from '../src/aws/together/shared-looks.ts';
import type { Clock } from '../src/failover/clock.ts';
import type { CommandLine } from './command-line.ts';
import { restorePassword } from './desired-state/database-password.ts';
import { kubernetesEffects } from './desired-state/kubernetes-effects.ts';
import { ManagedResources } from './desired-state/managed-resources.ts';
import { RolesReconciler } from './desired-state/roles-reconciler.ts';
import { RolesWriter } from './desired-state/roles-writer.ts';
import { ChecksLook } from './desired-state/settled-checks.ts';
import { FailoverReconciler } from './failover/failover-reconciler.ts';
import { FailoverWriter } from './failover/failover-writer.ts';
import { PlanReconciler } from './failover-plan/plan-reconciler.ts';
import { identityOf, reportingController } from './identity.ts';
import {
  type FailoverObject,
  failoverPlans,
  failovers,
  globalServices,
  type PlanObject,
  regionalStacks,
  type ServicesObject,
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
import { fromKey, keyOf } from './runtime/kubernetes-object.ts';
import type { Logger } from './runtime/logger.ts';
import { Manager } from './runtime/manager.ts';
import { RuntimeMetrics } from './runtime/metrics.ts';
import type { StoreChange } from './runtime/store.ts';
import type { Settings } from './settings.ts';

/** Looks at readiness that go on at once: each is some thirty calls to AWS. */
const readinessLooks = 8;
/** Plans that begin to be driven at once: with a region dark, each takes as long as its calls may. */
const startsAtOnce = 500;
/** Operations that this process carries out at once. The others begin in the order of their plans' priorities. */
const operationsAtOnce = 200;
/**
 * Plans in trouble that are looked at in a second. With more of them each is looked at less often, down to its own
 * interval: what a process cannot do in time it would otherwise see as silence.
 */
const suspectsASecond = 200;
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
  const {
    leaseName,
    leaseNamespace,
    replica,
    workers,
    selector,
    healthPort,
    metricsPort,
    shutdownMs,
    describesTogether,
  } = commandLine;
  const { timing, dnsServer, databaseAuthorities } = settings;
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
    indexers: {
      stack: (plan) =>
        sites.flatMap((site) => {
          const { stackRef } = plan.spec.sites[site];
          return stackRef === undefined ? [] : [inNamespaceOf(keyOf(plan), stackRef.name)];
        }),
      namespace: ({ metadata }) => [metadata.namespace ?? ''],
    },
    ...(selector === undefined ? {} : { labelSelector: selector }),
  });
  const operations = new Informer<FailoverObject>({
    ...common,
    resource: failovers,
    indexers: { plan: planKeysOf },
  });
  const stacks = new Informer<StackObject>({ ...common, resource: regionalStacks });
  const services = new Informer<ServicesObject>({ ...common, resource: globalServices });

  /** `/trading/dev`, by whichever of the plan's stacks is known. */
  const parameterPrefix = ({ key, spec }: FiledPlan): string | undefined => {
    for (const site of sites) {
      const stack = stacks.get(inNamespaceOf(key, spec.sites[site].stackRef?.name ?? ''));
      if (stack !== undefined) return `/${stack.spec.app}/${stack.spec.environment}`;
    }
    return undefined;
  };

  const managed = new ManagedResources(api);
  const checks = new ChecksLook({ clients, clock, callMs: timing.callMs, managed });
  const rolesWriter = new RolesWriter({
    api,
    logger,
    managed,
    settled: (view, journal, site, stack) => checks.settled(view.plan, journal, site, stack),
    password: (view, journal, stack) =>
      restorePassword({ api, clients, callMs: timing.callMs }, view.plan, journal, stack),
  });

  const together = new SharedLooks({ clients, clock, callMs: timing.callMs, databases: describesTogether });
  const looks = new Turnstile(readinessLooks);
  const runner: PlanRunner = new PlanRunner({
    actor,
    clock,
    timing,
    suspectMs: () => Math.max(timing.suspectMs, (together.troubled * 1_000) / suspectsASecond),
    logger,
    random,
    portsOf: planPorts({
      actor,
      clients,
      clock,
      timing,
      resolver,
      together,
      authorities: databaseAuthorities,
      parameterPrefix,
      onKubernetes: kubernetesEffects({
        roles: rolesWriter,
        managed,
        view: (key) => runner.get(key),
        stack: ({ key, spec }, site) => stacks.get(inNamespaceOf(key, spec.sites[site].stackRef?.name ?? '')),
      }),
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
    door: new Turnstile(1),
    starts: new Turnstile(startsAtOnce),
    operations: new Turnstile(operationsAtOnce),
    onChange: (key) => {
      const priority = priorityOf(key);
      planController.enqueue(key, { priority });
      // The first decision lets roles be written; what waits is told why.
      const view = runner.get(key);
      if (rolesReconciler.report(key) === undefined) rolesController.enqueue(key, { priority });
      if (view?.journal?.requested != null || (view?.declined.size ?? 0) > 0)
        failoverController.enqueue(key, { priority });
    },
    onEvent: (key, event) => {
      const { level, message, kubernetes } = wordsOf(event);
      logger[level](eventFields(key, event), message);
      const regarding = plans.get(key);
      if (kubernetes !== null && regarding !== undefined) events.record({ regarding, note: message, ...kubernetes });
    },
    onJournal: (key, journal, before) => {
      metrics.journal(key, actor, journal, before);
      if (before?.version === journal.version) return;
      const priority = priorityOf(key);
      failoverController.enqueue(key, { priority });
      rolesController.enqueue(key, { priority });
    },
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
    roles: (key) => rolesReconciler.report(key),
  });
  const planController = new Controller({
    name: 'failover-plan',
    clock,
    logger,
    metrics: runtimeMetrics,
    workers,
    reconcile: (key, context) => planReconciler.reconcile(key, context),
  }).watch(plans);

  const failoverReconciler = new FailoverReconciler({
    clock,
    runner,
    writer: new FailoverWriter({ api, clock, events }),
    plan: (key) => plans.get(key),
    failovers: (key) => operations.byIndex('plan', key),
    history: ({ plan, key }) =>
      readPlanHistory({
        plan,
        clients,
        callMs: timing.callMs,
        trouble: (message) => logger.warn({ plan: key }, `history: ${message}`),
      }),
  });
  const failoverController = new Controller({
    name: 'failover',
    clock,
    logger,
    metrics: runtimeMetrics,
    workers,
    reconcile: (key, context) => failoverReconciler.reconcile(key, context),
  })
    .watch(operations, ({ object }) => planKeysOf(object).map((key) => ({ key, priority: priorityOf(key) })))
    .watch(plans, specsOnly);

  const rolesReconciler = new RolesReconciler({
    runner,
    writer: rolesWriter,
    events,
    plan: (key) => plans.get(key),
    onReport: (key) => planController.enqueue(key),
  });
  const rolesController = new Controller({
    name: 'desired-state',
    clock,
    logger,
    metrics: runtimeMetrics,
    workers,
    reconcile: (key, context) => rolesReconciler.reconcile(key, context),
  })
    .watch(plans, specsOnly)
    .watch(stacks, ({ object }) => plans.byIndex('stack', keyOf(object)).map((plan) => ({ key: keyOf(plan) })))
    .watch(services, ({ object: { metadata } }) =>
      plans.byIndex('namespace', metadata.namespace ?? '').map((plan) => ({ key: keyOf(plan) })),
    );

  return new Manager({
    clock,
    logger,
    metrics: runtimeMetrics,
    events,
    informers: [plans, operations, stacks, services],
    controllers: [runner, planController, failoverController, rolesController],
    election: { api, lease: { name: leaseName, namespace: leaseNamespace }, identity: candidate, random },
    serve: { healthPort, metricsPort },
    stopMs: shutdownMs,
  });
}

/** The plan that a Failover is about. */
function planKeysOf(object: FailoverObject): readonly string[] {
  return [inNamespaceOf(keyOf(object), object.spec.planRef.name)];
}

/** An object in the namespace of another. */
function inNamespaceOf(key: string, name: string): string {
  return keyOf({ metadata: { ...fromKey(key), name } });
}

/** Statuses, which this process writes itself, are nothing to act on. */
function specsOnly(change: StoreChange<PlanObject>): readonly { readonly key: string }[] {
  const { object } = change;
  const isSame = change.type === 'updated' && change.before.metadata.generation === object.metadata.generation;
  return isSame && object.metadata.generation !== undefined ? [] : [{ key: keyOf(object) }];
}
