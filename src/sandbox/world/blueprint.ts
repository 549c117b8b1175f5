import { databaseArn } from '../../api/arns.ts';
import type { MultiRegionApp } from '../../api/multi-region-app.ts';
import { scopeOf, siteNames, witnessBucketName } from '../../api/names.ts';
import { otherSite, type Site } from '../../api/site.ts';
import { subnetCidrs } from '../../api/subnets.ts';
import type { AwsDurations } from '../region/aws-durations.ts';
import type { RegionConfig, TcpAddress } from '../region/region-config.ts';

/** Below it are the DNS names of a region's database endpoints, of the form that AWS gives. */
export function databaseDomain(region: string): string {
  return `understudy.${region}.rds.amazonaws.com`;
}

export interface BlueprintOptions {
  /** The world's own folder; each region gets one inside it. */
  readonly directory: string;
  readonly speed: number;
  readonly durations: AwsDurations;
  /** The master password of both databases; a world's own secret. */
  readonly password: string;
  /** The one port of every database name in the world. */
  readonly databasePort: number;
  /** The functions of a site, or of the witness's region, with what they read. */
  readonly functions: (place: Site | 'witness') => Pick<RegionConfig, 'parameters' | 'functions' | 'schedules'>;
  /** How databases of a region reach those of the other for replication. */
  readonly replicationLinks: (fromRegion: string) => Readonly<Record<string, TcpAddress>>;
}

/** The region that a site lives in, as the application's file describes it. */
export function siteRegionConfig(app: MultiRegionApp, site: Site, options: BlueprintOptions): RegionConfig {
  const { spec } = app;
  const { region, vpcCidr, zones } = spec[site];
  const scope = { ...scopeOf(app), region };
  const names = siteNames(scope);
  const other = { ...scope, region: spec[otherSite(site)].region };
  const [applicationCidr] = subnetCidrs(vpcCidr, 'application', zones.length);
  if (applicationCidr === undefined) throw new Error(`${site} has no application subnet`);
  return {
    region,
    accountId: scope.accountId,
    directory: `${options.directory}/${region}`,
    speed: options.speed,
    durations: options.durations,
    database: {
      identifier: names.database,
      ...(site === 'secondary' ? { sourceArn: databaseArn(other, siteNames(other).database) } : {}),
      masterUsername: spec.database.username,
      masterPassword: options.password,
      databaseName: spec.database.name,
      engineVersion: spec.database.version,
      instanceClass: spec.database.instanceClass,
      backupRetentionDays: spec.database.backupRetentionDays,
      multiAz: spec.database.multiAz,
    },
    databaseEndpoints: { domain: databaseDomain(region), port: options.databasePort },
    replicationLinks: options.replicationLinks(region),
    autoScalingGroup: {
      name: names.autoScalingGroup,
      min: 0,
      max: spec.instances.maxCount,
      desired: site === 'primary' ? spec.instances.count : spec.instances.standbyCount,
    },
    loadBalancer: {
      name: names.loadBalancer,
      targetGroup: names.targetGroup,
      healthCheckPath: spec.instances.healthCheckPath,
    },
    application: {
      databaseIdentifier: names.database,
      username: spec.database.username,
      password: options.password,
      databaseName: spec.database.name,
    },
    networkAcl: {
      id: `acl-${site}`,
      name: names.databaseNetworkAcl,
      vpcId: `vpc-${site}`,
      subnetIds: zones.map((zone) => `subnet-data-${zone}`),
      applicationCidr,
    },
    buckets: [names.switchBucket],
    tables: [{ name: names.journalTable, partitionKey: 'plan', sortKey: { name: 'item', type: 'S' } }],
    topics: [names.topic],
    ...options.functions(site),
  };
}

/** The witness's region: one small bucket, and where the file wants it a function that looks. */
export function witnessRegionConfig(app: MultiRegionApp, region: string, options: BlueprintOptions): RegionConfig {
  const scope = { ...scopeOf(app), region };
  return {
    region,
    accountId: scope.accountId,
    directory: `${options.directory}/${region}`,
    speed: options.speed,
    durations: options.durations,
    buckets: [witnessBucketName(scope)],
    ...options.functions('witness'),
  };
}
