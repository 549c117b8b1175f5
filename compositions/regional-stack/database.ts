import { type DatabaseEngine, databaseEngines } from '../../src/api/database-engines.ts';
import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { databaseSlots, regionalName, scopeOf } from '../../src/api/names.ts';
import { regionalStackSchema } from '../../src/api/regional-stack.ts';
import { kms, rds } from '../builder/aws-kinds.ts';
import { capability } from '../builder/capability.ts';
import { ref } from '../builder/references.ts';
import { externalName } from '../external-name.ts';
import { databaseSlot } from './database-slot.ts';
import { commonNames, named, type StackCapability, zonesOf } from './stack.ts';

/** The shortest that AWS allows, so that a destroyed application is soon gone; the longest where it is protected. */
const keyDeletionDays = { Destroyable: 7, Protected: 30 };

/** The relational database: where it may be, how it is set and encrypted, and two slots for its instance. */
export function database(app: MultiRegionApp): StackCapability {
  const { deletion, database } = app.spec;
  const scope = scopeOf(app);
  const names = commonNames(app);
  return capability(regionalStackSchema, (capabilityScope) => {
    const { xr, resource } = capabilityScope;
    const { region } = xr.spec;
    resource(
      'database-subnets',
      rds.SubnetGroup,
      {
        forProvider: {
          region,
          description: `Data subnets of ${scope.app} (${scope.environment})`,
          subnetIdRefs: zonesOf(app).map((zone) => ref(`subnet-data-${zone}`)),
          tags: named(xr, names.databaseSubnetGroup),
        },
      },
      { annotations: externalName(names.databaseSubnetGroup) },
    );
    resource(
      'database-parameters',
      rds.ParameterGroup,
      {
        forProvider: {
          region,
          family: parameterGroupFamily(database.engine, database.version),
          description: `Settings of ${scope.app} (${scope.environment})`,
          // Some versions take this setting at a restart only, and a new instance starts with it either way.
          parameter: [{ name: tlsSetting[database.engine], value: '1', applyMethod: 'pending-reboot' }],
          tags: named(xr, names.databaseParameterGroup),
        },
      },
      { annotations: externalName(names.databaseParameterGroup) },
    );
    resource('database-key', kms.Key, {
      forProvider: {
        region,
        description: `Database of ${scope.app} (${scope.environment})`,
        enableKeyRotation: true,
        deletionWindowInDays: keyDeletionDays[deletion],
        tags: named(xr, regionalName(scope, 'db-key')),
      },
    });
    for (const slot of databaseSlots) {
      databaseSlot(app, slot, capabilityScope);
    }
  });
}

/**
 * What makes a server refuse connections without TLS.
 *
 * Source: "Using SSL with a PostgreSQL DB instance", "Requiring SSL/TLS for all connections to a MySQL DB instance" and
 * the same of MariaDB, Amazon RDS User Guide.
 */
const tlsSetting: Readonly<Record<DatabaseEngine, string>> = {
  postgres: 'rds.force_ssl',
  mysql: 'require_secure_transport',
  mariadb: 'require_secure_transport',
};

/**
 * `postgres16`, `mysql8.4`: the engine with its major version, which has one number or two.
 *
 * Source: "DB parameter groups", Amazon RDS User Guide.
 *
 * @throws Error for a version that is none of the engine's.
 */
export function parameterGroupFamily(engine: DatabaseEngine, version: string): string {
  const major = databaseEngines[engine].majorVersions.find((each) => `${version}.`.startsWith(`${each}.`));
  if (major === undefined) {
    throw new Error(`${engine} has no version ${version}`);
  }
  return `${engine}${major}`;
}
