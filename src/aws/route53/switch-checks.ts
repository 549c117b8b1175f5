import { createHash } from 'node:crypto';
import type { HealthCheckConfig } from '@aws-sdk/client-route-53';
import { otherSite, type Site } from '../../api/site.ts';
import { openKey, switchSearchString, takeoverKey } from '../../api/switch-objects.ts';
import type { Plan } from '../../failover/plan.ts';

/** One child of a calculated check: it looks for a small object in a bucket. */
export interface ObjectCheck {
  /** Its part of the caller reference, such as `marker-at-witness`. */
  readonly what: string;
  readonly config: HealthCheckConfig;
  /** What its checkers see while nothing is wrong: the object that is there, or the one that is not. */
  readonly sees: 'Success' | 'Failure';
}

/** What the switch of one activation term consists of. */
export interface SwitchChecks {
  readonly activationTerm: number;
  readonly active: { readonly site: Site; readonly children: readonly ObjectCheck[]; readonly threshold: number };
  readonly standby: { readonly site: Site; readonly children: readonly ObjectCheck[]; readonly threshold: number };
}

/** @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHealthCheck.html */
const longestReference = 64;

/**
 * The active's records are healthy while all of this holds: `open/<term>` is there, and no marker of the next term. The
 * standby's are as soon as any marker of the next term is there.
 */
export function switchChecks(plan: Plan, active: Site, activationTerm: number): SwitchChecks {
  const standby = otherSite(active);
  const { region, switchBucket } = plan.sites[standby];
  const own = plan.sites[active];
  const holders = [
    { where: 'at-peer', region, bucket: switchBucket },
    ...(plan.witness === undefined ? [] : [{ where: 'at-witness', ...plan.witness }]),
  ];
  const term = activationTerm + 1;
  const look = (bucket: string, at: string, inverted: boolean): HealthCheckConfig =>
    objectCheck(plan, { bucket, region: at, key: takeoverKey(term), term, failureThreshold: 1, inverted });
  const open: ObjectCheck = {
    what: 'open',
    sees: 'Success',
    config: objectCheck(plan, {
      bucket: own.switchBucket,
      region: own.region,
      key: openKey(activationTerm),
      term: activationTerm,
      failureThreshold: 3,
      inverted: false,
    }),
  };
  const markers = (what: string, inverted: boolean): ObjectCheck[] =>
    holders.map((holder) => ({
      what: `${what}-${holder.where}`,
      sees: 'Failure',
      config: look(holder.bucket, holder.region, inverted),
    }));
  const children = [open, ...markers('no-marker', true)];
  return {
    activationTerm,
    active: { site: active, children, threshold: children.length },
    standby: { site: standby, children: markers('marker', false), threshold: 1 },
  };
}

interface WatchedObject {
  readonly bucket: string;
  readonly region: string;
  readonly key: string;
  readonly term: number;
  readonly failureThreshold: number;
  readonly inverted: boolean;
}

function objectCheck(plan: Plan, object: WatchedObject): HealthCheckConfig {
  return {
    Type: 'HTTPS_STR_MATCH',
    Port: 443,
    EnableSNI: true,
    // S3's regional endpoint: no other region is needed to look at it.
    FullyQualifiedDomainName: `${object.bucket}.s3.${object.region}.amazonaws.com`,
    ResourcePath: `/${object.key}`,
    SearchString: switchSearchString(plan.name, object.term),
    RequestInterval: 10,
    FailureThreshold: object.failureThreshold,
    Inverted: object.inverted,
  };
}

/** Whether a check looks for the same object in the same place, and takes it the same way. */
export function looksForTheSame(config: HealthCheckConfig, wanted: HealthCheckConfig): boolean {
  return (
    config.FullyQualifiedDomainName === wanted.FullyQualifiedDomainName &&
    config.ResourcePath === wanted.ResourcePath &&
    config.SearchString === wanted.SearchString &&
    (config.Inverted ?? false) === (wanted.Inverted ?? false) &&
    config.Disabled !== true
  );
}

/** The same for the same check of the same term, so that a repeated call gives the check of the first. */
export function callerReference(plan: string, activationTerm: number, what: string): string {
  const reference = `understudy/${plan}/${activationTerm}/${what}`;
  if (reference.length <= longestReference) return reference;
  const digest = createHash('sha256').update(plan).digest('hex').slice(0, 16);
  return `understudy/${digest}/${activationTerm}/${what}`;
}
