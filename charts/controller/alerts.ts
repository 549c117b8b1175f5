import type { MetricName } from '../../src/api/metrics.ts';

/** Something that a person must know, with what to do about it at three in the morning. */
export interface Alert {
  readonly name: string;
  /** Critical: somebody is woken. */
  readonly severity: 'critical' | 'warning';
  /** PromQL that has a series for each case. */
  readonly expr: string;
  /** How long it must hold, as Prometheus writes durations. */
  readonly for: string;
  readonly summary: string;
  readonly description: string;
  /** What to look at and what to run, in order. */
  readonly runbook: string;
}

export interface AlertOptions {
  /** Lease of the controller that is watched. */
  readonly leaseName: string;
  /** Replication lag above which somebody is told, in seconds. */
  readonly maxLagSeconds: number;
}

const plan = '{{ $labels.namespace }}/{{ $labels.plan }}';
const look = 'kubectl get fplan {{ $labels.plan }} -n {{ $labels.namespace }} -o wide';

/**
 * All alerts, the most urgent first. They fold the replicas' series together, so that a change of leader rings no bell
 * twice.
 */
export function alerts({ leaseName, maxLagSeconds }: AlertOptions): readonly Alert[] {
  return [
    {
      name: 'UnderstudyNobodyLeads',
      severity: 'critical',
      expr: `absent(${metric('leader_election_master_status')}{name="${leaseName}"} == 1)`,
      for: '2m',
      summary: 'No controller replica leads',
      description:
        'Nothing is observed and no operation starts from here. The failover Lambdas in the standby regions still act by themselves.',
      runbook:
        'kubectl get pods,lease -n understudy-system; kubectl logs -n understudy-system deploy/understudy-controller --previous. A replica that runs without leading cannot reach the API server, or the lease is held under another name.',
    },
    {
      name: 'UnderstudyTwoActiveSites',
      severity: 'critical',
      expr: `count by (namespace, plan) (max by (namespace, plan, site) (${metric('understudy_active_site')}) == 1) > 1`,
      for: '2m',
      summary: `Two sites of ${plan} count as active`,
      description: 'The journal names one active site at a time, so two replicas disagree, or a cache is stale.',
      runbook: `${look}. Compare status.journalHolder with the leader of the lease, and end the pod that is not it.`,
    },
    {
      name: 'UnderstudyFailingOver',
      severity: 'critical',
      expr: inPhase('FailingOver'),
      for: '0m',
      summary: `${plan} is failing over`,
      description: 'An operation runs. It needs nobody unless it says so.',
      runbook:
        'kubectl get fo -n {{ $labels.namespace }} -w. WaitingForConsent and WaitingForHuman name what they wait for, and the command that gives it.',
    },
    {
      name: 'UnderstudyFailoverStuck',
      severity: 'critical',
      expr: inPhase('FailingOver'),
      for: '15m',
      summary: `${plan} has been failing over for 15 minutes`,
      description: 'A step is beyond its budget, or waits for a person.',
      runbook:
        'kubectl get fo -n {{ $labels.namespace }} -o wide shows the step and its message. Past the point of no return it only goes forward: mend what the step names, do not delete the Failover.',
    },
    {
      name: 'UnderstudySuspect',
      severity: 'critical',
      expr: inPhase('Suspect'),
      for: '3m',
      summary: `The active site of ${plan} looks down, and nothing is done about it`,
      description: 'The vantages do not agree, or the plan holds: Manual, suspended, in its cooldown, or not ready.',
      runbook: `${look}; the message says what is missing. If you know that the site is down: understudy failover {{ $labels.plan }} -n {{ $labels.namespace }}`,
    },
    {
      name: 'UnderstudyFencePending',
      severity: 'critical',
      expr: `max by (namespace, plan, site) (${metric('understudy_fence_pending')}) == 1`,
      for: '10m',
      summary: `The {{ $labels.site }} site of ${plan} is not proven to be fenced`,
      description: 'It was active before, and might still take writes that will be lost.',
      runbook: `${look}. While its region is dark nothing can be proven, and nothing reaches it. Once the region answers, the condition FencePending says what stands in the way.`,
    },
    {
      name: 'UnderstudyUnprotected',
      severity: 'warning',
      expr: inPhase('Unprotected'),
      for: '30m',
      summary: `${plan} has no standby`,
      description: 'A second outage could not be survived: replication towards the former active has not been rebuilt.',
      runbook: 'understudy reprotect {{ $labels.plan }} -n {{ $labels.namespace }}, when the region is sound again.',
    },
    {
      name: 'UnderstudyPhaseUnknown',
      severity: 'warning',
      expr: inPhase('Unknown'),
      for: '10m',
      summary: `Nobody can tell whether ${plan} is safe`,
      description: 'The journal or both sites cannot be observed from here.',
      runbook: `${look}. Credentials and network of the controller come first: kubectl logs -n understudy-system deploy/understudy-controller.`,
    },
    {
      name: 'UnderstudyNotReady',
      severity: 'warning',
      expr: `max by (namespace, plan) (${metric('understudy_readiness_findings')}{severity="Error"}) > 0`,
      for: '15m',
      summary: `A failover of ${plan} would fail or lose data`,
      description: '{{ $value }} readiness findings are errors.',
      runbook: 'understudy status {{ $labels.plan }} -n {{ $labels.namespace }} lists each finding with its remedy.',
    },
    {
      name: 'UnderstudyReplicationLag',
      severity: 'warning',
      expr: `max by (namespace, plan) (${metric('understudy_replication_lag_seconds')}) > ${maxLagSeconds}`,
      for: '5m',
      summary: `The standby of ${plan} is {{ $value | humanizeDuration }} behind`,
      description: `A failover now would lose that much; the limit here is ${maxLagSeconds} s.`,
      runbook:
        "Look for a long transaction or a burst of writes on the active, and for a replica that is smaller than it. An automatic failover above the plan's maxDataLoss waits for consent.",
    },
    {
      name: 'UnderstudyVantageBlind',
      severity: 'warning',
      expr: `max by (namespace, plan, site, vantage) (${metric('understudy_vantage_verdict')}) == -1`,
      for: '15m',
      summary: `Vantage {{ $labels.vantage }} cannot see the {{ $labels.site }} site of ${plan}`,
      description: 'Without its vote an outage may not find a majority, and the plan would hold.',
      runbook: `${look}; status.evidence says why. For a prober: the logs of its Lambda function in its region.`,
    },
    {
      name: 'UnderstudyReconcileErrors',
      severity: 'warning',
      expr: `sum by (controller) (rate(${metric('controller_runtime_reconcile_errors_total')}[5m])) > 0`,
      for: '15m',
      summary: 'Reconciler {{ $labels.controller }} keeps failing',
      description: 'Each failure is tried again with a growing delay.',
      runbook:
        'kubectl logs -n understudy-system deploy/understudy-controller: the message has an error code, which docs/reference/errors.md explains.',
    },
    {
      name: 'UnderstudyQueueGrows',
      severity: 'warning',
      expr: `max by (name) (${metric('workqueue_depth')}) > 100`,
      for: '10m',
      summary: 'More than 100 objects wait in the queue {{ $labels.name }}',
      description: 'The controller does not keep up; plans in trouble still go first.',
      runbook: 'Raise workers and memory in the settings of the controller, or split plans by selector.',
    },
    {
      name: 'UnderstudyApiServerErrors',
      severity: 'warning',
      expr: `sum(rate(${metric('rest_client_requests_total')}{code=~"5..|<error>"}[5m])) / sum(rate(${metric('rest_client_requests_total')}[5m])) > 0.1`,
      for: '10m',
      summary: 'One in ten requests to the API server fails',
      description: 'Failovers do not depend on the API server, but what is decided is seen late.',
      runbook: 'Look at the control plane of the operations cluster.',
    },
  ];
}

function inPhase(phase: string): string {
  return `max by (namespace, plan) (${metric('understudy_plan_phase')}{phase="${phase}"}) == 1`;
}

/** A name that the controller exports: a misspelt one does not compile. */
function metric(name: MetricName): string {
  return name;
}
