import { globalServicesSchema } from '../../src/api/global-services.ts';
import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { scopeOf, tableName } from '../../src/api/names.ts';
import type { Table } from '../../src/api/table.ts';
import { dynamodb } from '../builder/aws-kinds.ts';
import { capability } from '../builder/capability.ts';
import { externalName } from '../external-name.ts';
import { named, type SharedCapability } from './shared.ts';

/**
 * DynamoDB global tables, of version 2019.11.21: one table with a replica in the other region, which has the same keys,
 * indexes and streams because it is the same table. Writes go both ways all the time, so a failover does nothing here.
 *
 * Source: "Global tables: multi-active, multi-Region replication", Amazon DynamoDB Developer Guide.
 */
export function tables(app: MultiRegionApp): SharedCapability {
  const isProtected = app.spec.deletion === 'Protected';
  return capability(globalServicesSchema, ({ xr, resource }) => {
    for (const table of app.spec.tables) {
      const name = tableName(scopeOf(app), table.name);
      const made = resource(
        `table-${table.name}`,
        dynamodb.Table,
        {
          forProvider: {
            region: xr.spec.primaryRegion,
            billingMode: 'PAY_PER_REQUEST',
            hashKey: table.partitionKey,
            ...(table.sortKey === undefined ? {} : { rangeKey: table.sortKey }),
            attribute: keyAttributes(table),
            ...(table.globalIndexes.length === 0 ? {} : { globalSecondaryIndex: indexesOf(table) }),
            ...(table.timeToLive === undefined ? {} : { ttl: { attributeName: table.timeToLive, enabled: true } }),
            // Global tables replicate by their streams, and need both images in them.
            streamEnabled: true,
            streamViewType: 'NEW_AND_OLD_IMAGES',
            pointInTimeRecovery: { enabled: true },
            deletionProtectionEnabled: isProtected,
            replica: [
              {
                regionName: xr.spec.secondaryRegion,
                pointInTimeRecovery: true,
                propagateTags: true,
                deletionProtectionEnabled: isProtected,
              },
            ],
            tags: named(xr, name),
          },
        },
        { annotations: externalName(name) },
      );
      const { atProvider } = made.status;
      const status = xr.status.tables.key(table.name);
      status.arn.from(atProvider.arn);
      status.streamArn.from(atProvider.streamArn);
      status.replicaArn.from(atProvider.replica.at(0).arn);
      status.replicaStreamArn.from(atProvider.replica.at(0).streamArn);
    }
  });
}

/** DynamoDB wants the type of each attribute that is a key of the table or of an index, once, and of no other. */
function keyAttributes({ partitionKey, sortKey, globalIndexes, attributeTypes }: Table) {
  const keys = [partitionKey, sortKey, ...globalIndexes.flatMap((index) => [index.partitionKey, index.sortKey])];
  const names = new Set(keys.filter((key) => key !== undefined));
  return [...names].map((name) => ({ name, type: attributeTypes[name] ?? 'S' }));
}

function indexesOf({ globalIndexes }: Table) {
  return globalIndexes.map(({ name, partitionKey, sortKey }) => ({
    name,
    hashKey: partitionKey,
    ...(sortKey === undefined ? {} : { rangeKey: sortKey }),
    projectionType: 'ALL',
  }));
}
