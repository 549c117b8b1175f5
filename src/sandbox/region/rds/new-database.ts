import type { MasterUser } from './roles.ts';

/** What an instance is asked for with. */
export interface NewDatabase {
  readonly identifier: string;
  readonly masterUsername: string;
  readonly masterPassword: string;
  readonly databaseName: string;
  readonly instanceClass?: string;
  readonly engineVersion?: string;
  readonly backupRetentionDays?: number;
  readonly multiAz?: boolean;
  readonly deletionProtection?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
}

/** Users, passwords and databases are the source's. */
export type NewReplica = Omit<NewDatabase, 'masterUsername' | 'masterPassword' | 'databaseName'> & {
  readonly sourceArn: string;
};

/** Where its content comes from: made for a master user, or copied from the source. */
export function contentOf(wanted: NewDatabase | NewReplica): MasterUser | 'FromSource' {
  if ('sourceArn' in wanted) return 'FromSource';
  return { username: wanted.masterUsername, password: wanted.masterPassword };
}
