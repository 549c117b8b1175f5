/**
 * States of a DB instance that the sandbox passes through.
 *
 * Source: Amazon RDS User Guide, "Viewing Amazon RDS DB instance status".
 */
export type DatabaseStatus =
  | 'creating'
  | 'backing-up'
  | 'available'
  | 'modifying'
  | 'rebooting'
  | 'stopping'
  | 'stopped'
  | 'starting'
  | 'deleting'
  | 'failed';

/** What RDS knows of an instance, as it is kept on disk. */
export interface DatabaseRecord {
  readonly identifier: string;
  readonly arn: string;
  /** `db-…`, never used again. */
  readonly resourceId: string;
  readonly status: DatabaseStatus;
  /** ARN; set for as long as the instance is a replica. */
  readonly sourceArn?: string;
  /** A promotion was accepted and is not finished; a region that starts again takes it up. */
  readonly promoting?: boolean;
  readonly instanceClass: string;
  readonly engineVersion: string;
  /** Empty until a replica has it from its source; so is `databaseName`. */
  readonly masterUsername: string;
  readonly databaseName: string;
  readonly backupRetentionDays: number;
  readonly multiAz: boolean;
  readonly deletionProtection: boolean;
  readonly tags: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly createdAtMs: number;
  /** Of the listener behind the network ACL. */
  readonly port: number;
  /** PostgreSQL's own port, as far as it is known. */
  readonly directPort: number;
}

export interface Arn {
  readonly region: string;
  readonly identifier: string;
}

/** @returns undefined for what is no `arn:aws:rds:<region>:<account>:db:<identifier>`. */
export function parseDatabaseArn(text: string): Arn | undefined {
  const match = /^arn:aws:rds:([^:]+):\d{12}:db:(.+)$/.exec(text);
  const [, region, identifier] = match ?? [];
  return region === undefined || identifier === undefined ? undefined : { region, identifier };
}
