import { z } from 'zod';

/** Engines of RDS instances that Understudy builds: each has cross-region read replicas that can be promoted. */
export const databaseEngineSchema = z.enum(['postgres', 'mysql', 'mariadb']);
export type DatabaseEngine = z.output<typeof databaseEngineSchema>;

export interface EngineFacts {
  readonly port: number;
  readonly defaultVersion: string;
  /**
   * Major versions that RDS offers, in standard or extended support, newest first.
   * Source: "Release calendar" pages of the Amazon RDS release notes.
   */
  readonly majorVersions: readonly string[];
}

export const databaseEngines: Readonly<Record<DatabaseEngine, EngineFacts>> = {
  postgres: { port: 5432, defaultVersion: '16', majorVersions: ['18', '17', '16', '15', '14', '13'] },
  mysql: { port: 3306, defaultVersion: '8.4', majorVersions: ['8.4', '8.0'] },
  mariadb: { port: 3306, defaultVersion: '11.4', majorVersions: ['11.8', '11.4', '10.11'] },
};

/**
 * Previous generations, which no engine version of the table runs on.
 * Source: "Supported DB engines for DB instance classes", Amazon RDS User Guide.
 */
export const retiredClassFamilies: readonly string[] = ['t1', 't2', 'm1', 'm2', 'm3', 'm4', 'r3', 'r4', 'cr1'];
