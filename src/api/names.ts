import type { MultiRegionApp } from './multi-region-app.ts';
import type { Site } from './site.ts';

/**
 * Every AWS name and ARN that Understudy derives: `<app>-<resource>-<environment>`. Charts, compositions and the sandbox
 * take them from here, so that one side can refer to a resource before the other has made it.
 *
 * Names that AWS shares between regions also carry the region (IAM), and those that it shares between accounts carry the
 * account too (S3).
 */
export interface NameScope {
  /** Name of the application: `metadata.name` of its file. */
  readonly app: string;
  readonly environment: string;
  readonly accountId: string;
}

export interface SiteScope extends NameScope {
  readonly region: string;
}

/** What all names of an application are made of. */
export function scopeOf(app: MultiRegionApp): NameScope {
  return { app: app.metadata.name, environment: app.spec.environment, accountId: app.spec.accountId };
}

/** `trading-alb-dev`: a name that is unique in an account and region. */
export function regionalName(scope: NameScope, resource: string): string {
  return `${scope.app}-${resource}-${scope.environment}`;
}

/** `trading-failover-dev-us-west-2`: a name that is unique in an account, for IAM and Route 53. */
export function globalName(scope: SiteScope, resource: string): string {
  return `${regionalName(scope, resource)}-${scope.region}`;
}

/** `trading-switch-dev-111122223333-us-west-2`: a name that is unique in all of AWS, for S3. */
export function bucketName(scope: SiteScope, resource: string): string {
  return `${regionalName(scope, resource)}-${scope.accountId}-${scope.region}`;
}

/** Templates of the database in a RegionalStack. A site uses one; rebuilding a replica uses the other. */
export const databaseSlots = ['a', 'b'] as const;
export type DatabaseSlot = (typeof databaseSlots)[number];

/**
 * `trading-db-dev-a1`: RDS identifier of the instance in a slot. A promoted instance can never be a replica again, so
 * reprotecting makes a new one in the other slot with the next generation: a1, then b2, then a3. An identifier is never
 * used twice in a site, so a snapshot, a log group or a metric never speaks of two databases.
 *
 * @param generation 1 for the first instance of a site.
 */
export function databaseIdentifier(scope: NameScope, slot: DatabaseSlot, generation: number): string {
  return `${regionalName(scope, 'db')}-${slot}${generation}`;
}

/** RDS allows 63 characters. */
const longestIdentifier = 63;
const generatedIdentifier = /^(?<base>.+)-(?<slot>[ab])(?<generation>\d+)$/;

/**
 * Identifier of the instance that replaces one: the other slot and the next generation of `trading-db-prod-a1`, which is
 * `trading-db-prod-b2`. One that no {@link databaseIdentifier} made counts as the first.
 */
export function nextDatabaseIdentifier(identifier: string): string {
  const { base = identifier, slot = 'a', generation = '1' } = generatedIdentifier.exec(identifier)?.groups ?? {};
  const suffix = `-${slot === 'a' ? 'b' : 'a'}${Number(generation) + 1}`;
  return base.slice(0, longestIdentifier - suffix.length) + suffix;
}

/** `trading-db-prod-drill7`: the disposable copy of a drill, by its epoch. */
export function drillDatabaseIdentifier(identifier: string, epoch: number): string {
  const { base = identifier } = generatedIdentifier.exec(identifier)?.groups ?? {};
  const suffix = `-drill${epoch}`;
  return base.slice(0, longestIdentifier - suffix.length) + suffix;
}

/** Secret in the application's namespace that holds the database's generated password, of both sites. */
export function databaseSecret(scope: Pick<NameScope, 'app'>): { readonly name: string; readonly key: string } {
  return { name: `${scope.app}-database`, key: 'password' };
}

/** What every site starts with. */
export const firstDatabase = { slot: 'a', generation: 1 } as const;

/** Functions of each site. */
export const siteFunctionNames = ['prober', 'failover', 'validator'] as const;
export type SiteFunctionName = (typeof siteFunctionNames)[number];

/** Every function: `lambda/<name>/handler.ts` exports its handler. The witness belongs to no site. */
export const functionNames = [...siteFunctionNames, 'witness'] as const;
export type FunctionName = (typeof functionNames)[number];

/** Who assumes a role of its own: each function, the instances, and AWS services that act for a site. */
export const roleNames = [...siteFunctionNames, 'instance', 'flow-logs', 'schedule'] as const;
export type RoleName = (typeof roleNames)[number];

/** Names of one site's resources. */
export interface SiteNames {
  readonly vpc: string;
  readonly databaseNetworkAcl: string;
  readonly loadBalancer: string;
  readonly targetGroup: string;
  readonly launchTemplate: string;
  readonly autoScalingGroup: string;
  readonly databaseSubnetGroup: string;
  readonly databaseParameterGroup: string;
  readonly database: string;
  readonly journalTable: string;
  readonly topic: string;
  readonly dashboard: string;
  readonly deadLetterQueue: string;
  readonly switchBucket: string;
  readonly codeBucket: string;
  readonly functions: Readonly<Record<SiteFunctionName, string>>;
  readonly roles: Readonly<Record<RoleName, string>>;
  /** SSM parameters of the site lie below it, such as `/trading/dev/database/endpoint`. */
  readonly parameterPrefix: string;
}

/** Names of a site's resources. `database` is the site's first; {@link databaseIdentifier} gives the later ones. */
export function siteNames(scope: SiteScope): SiteNames {
  const name = (resource: string) => regionalName(scope, resource);
  return {
    vpc: name('vpc'),
    databaseNetworkAcl: name('db-acl'),
    loadBalancer: name('alb'),
    targetGroup: name('tg'),
    launchTemplate: name('lt'),
    autoScalingGroup: name('asg'),
    databaseSubnetGroup: name('db-subnets'),
    databaseParameterGroup: name('db-params'),
    database: databaseIdentifier(scope, firstDatabase.slot, firstDatabase.generation),
    journalTable: name('journal'),
    topic: name('alerts'),
    dashboard: globalName(scope, 'dashboard'),
    deadLetterQueue: name('dlq'),
    switchBucket: bucketName(scope, 'switch'),
    codeBucket: bucketName(scope, 'code'),
    functions: { prober: name('prober'), failover: name('failover'), validator: name('validator') },
    roles: {
      prober: globalName(scope, 'prober'),
      failover: globalName(scope, 'failover'),
      validator: globalName(scope, 'validator'),
      instance: globalName(scope, 'instance'),
      'flow-logs': globalName(scope, 'flow-logs'),
      schedule: globalName(scope, 'schedule'),
    },
    parameterPrefix: `/${scope.app}/${scope.environment}`,
  };
}

/** Namespace of the metrics that Understudy's functions publish. */
export const metricNamespace = 'Understudy';

/** Bucket for the witness's copy of the takeover marker; `scope.region` is the witness's. */
export function witnessBucketName(scope: SiteScope): string {
  return bucketName(scope, 'witness');
}

/** Names of what the witness's function needs in its region, beside the bucket. */
export interface WitnessNames {
  readonly function: string;
  readonly topic: string;
  readonly deadLetterQueue: string;
  readonly codeBucket: string;
  readonly roles: Readonly<Record<'witness' | 'schedule', string>>;
  /** The SSM parameter of the plan lies below it. */
  readonly parameterPrefix: string;
}

/** As in a site, where a site has the same: whoever knows the one finds the other. `scope.region` is the witness's. */
export function witnessNames(scope: SiteScope): WitnessNames {
  const { topic, deadLetterQueue, codeBucket, roles, parameterPrefix } = siteNames(scope);
  return {
    function: regionalName(scope, 'witness'),
    topic,
    deadLetterQueue,
    codeBucket,
    roles: { witness: globalName(scope, 'witness'), schedule: roles.schedule },
    parameterPrefix,
  };
}

/** A DynamoDB global table has one name in all its regions. */
export function tableName(scope: NameScope, table: string): string {
  return regionalName(scope, table);
}

/** Name of the RegionalStack that builds a site, in the application's namespace: `trading-primary`. */
export function stackName(app: string, site: Site): string {
  return `${app}-${site}`;
}

/** Name of the GlobalServices of an application, in its namespace: `trading-global`. */
export function globalServicesName(app: string): string {
  return `${app}-global`;
}
