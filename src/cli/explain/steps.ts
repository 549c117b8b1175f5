import type { StepName } from '../../failover/operation.ts';
import type { Explanation } from './explanation.ts';

/** Every step of every operation. */
export const stepExplanations: Readonly<Record<StepName, Explanation>> = {
  consent: {
    means:
      "Compares the expected loss with the plan's budget (policy.maxDataLoss). Above it, or where nobody measured it, the operation waits for a person.",
    todo: 'understudy approve PLAN --accept-loss N, with at least the number that understudy status shows; or understudy abort PLAN.',
  },
  'close-traffic': {
    means:
      "Deletes the former active's entitlement in its switch bucket, so that its health checks turn unhealthy. A failover tries once: a dark region must not hold it up.",
  },
  'fence-database': {
    means: "Denies the application's subnets the database port of the former active, by its network ACL.",
    todo: 'Where it fails because the region is dark, the controller does it when the region answers again: see the condition FencePending.',
  },
  'prove-fence': {
    means: 'Sees that no client is connected to the former active any more, and that a write to it fails.',
    todo: 'If it takes long, look for clients outside the application subnets: pg_stat_activity on the former active.',
  },
  'verify-replayed': {
    means: "Sees that the standby has replayed the active's final log position, so that nothing is lost.",
    todo: 'If it takes long, the replica is behind: look at ReplicaLag. Out of its budget the switchover is called off.',
  },
  'pause-reconciliation': {
    means: 'Has Crossplane leave the databases alone while their roles change. Only the controller can.',
  },
  intent: {
    means: 'Writes the irreversible call into the journal. From here the operation only goes forward: no abort counts.',
  },
  promote: {
    means:
      'Calls PromoteReadReplica, and waits until RDS has taken it up. It is never called again while the outcome is unknown.',
    todo: 'If RDS refuses because of a backup, wait for its end. Look at `aws rds describe-events --source-type db-instance`.',
  },
  scale: {
    means: "Raises the new active site's Auto Scaling group to its active capacity.",
    todo: 'If it takes long, look for capacity or quota errors: `aws autoscaling describe-scaling-activities`.',
  },
  'verify-writable': {
    means:
      'Sees that the promoted database is not in recovery and that a write to it returns. Traffic waits for this proof.',
    todo: 'If it takes long, look at the status of the instance, and at whether the actor reaches its port.',
  },
  'open-traffic': {
    means:
      "Puts the takeover marker into the new active's switch bucket: its health checks turn healthy and the name leads there.",
    todo: 'If it fails, the actor may not write the bucket: see docs/reference/iam.md.',
  },
  'mark-witness': {
    means:
      'Puts the takeover marker into the witness region too, so that the new active keeps its traffic if its own S3 fails.',
  },
  'verify-traffic': {
    means: "Sees that the application's name resolves to the new active and that its endpoint answers.",
    todo: 'If it takes long, look at the health checks in Route 53, and at resolvers that keep records beyond their TTL.',
  },
  snapshot: { means: "Keeps the former active's database as a snapshot before it is replaced." },
  'create-replica': {
    means: 'Makes a new replica of the active database. For a large database this takes hours.',
    todo: 'If RDS refuses, the source keeps no backups, or a quota is reached: see understudy status.',
  },
  'verify-replica': { means: 'Sees that the new replica is available and follows the active closely.' },
  entitle: { means: 'Gives the active its entitlement to traffic under the new term.' },
  'repoint-switch': {
    means:
      "Has Route 53's health checks look for the markers of the new term, so that the standby can take over again.",
    todo: 'It needs the Route 53 control plane in us-east-1. While that is away, it waits; nothing is lost.',
  },
  'move-journal': {
    means: "Moves the journal into the table of the new standby's region, where it survives the active.",
  },
  'retire-database': {
    means: 'Deletes an instance that nothing needs any more: of which a snapshot is kept, or a copy of a drill.',
  },
  'lift-fence': { means: "Removes the deny entries from the site's network ACL, now that its database is a replica." },
  'update-desired-state': {
    means:
      'Writes the new roles into spec.failover of the RegionalStacks, so that applying the manifests again undoes nothing.',
    todo: 'Left by a Lambda, it is done when the controller is back.',
  },
  notify: { means: "Tells the plan's SNS topic what was done." },
  unfence: { means: 'Gives the active back what an aborted operation took: its database and its traffic.' },
  'resume-reconciliation': { means: 'Lets Crossplane see to the databases again, after an abort.' },
};
