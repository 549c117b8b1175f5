import { readFile } from 'node:fs/promises';
import { PortError } from '../failover/port-error.ts';
import type { CredentialsOf, DatabaseCredentials } from './database-session.ts';
import type { Parameters } from './parameters.ts';

const keys = ['database/username', 'database/password', 'database/name'] as const;

/**
 * How to log in to the databases of both sites: a promoted replica keeps its source's password, so the own site's
 * parameters are good for either. Read anew for each session, since passwords are rotated; what was read last serves
 * while SSM does not answer.
 *
 * @param caFile certificate authorities; null for databases without TLS; undefined for Node's own authorities.
 */
export function databaseCredentials(parameters: Parameters, caFile: string | null | undefined): CredentialsOf {
  let known: DatabaseCredentials | undefined;
  return async () => {
    try {
      known = await readCredentials(parameters, caFile);
      return known;
    } catch (error) {
      if (known !== undefined && error instanceof PortError && error.kind === 'Retryable') return known;
      throw error;
    }
  };
}

async function readCredentials(
  parameters: Parameters,
  caFile: string | null | undefined,
): Promise<DatabaseCredentials> {
  const found = await parameters.readAll(keys);
  const value = (key: (typeof keys)[number]): string => {
    const text = found[key];
    if (text !== undefined) return text;
    throw new PortError('NotYet', 'ParameterNotFound', `there is no SSM parameter ${parameters.nameOf(key)}`);
  };
  return {
    user: value('database/username'),
    password: value('database/password'),
    database: value('database/name'),
    tls: caFile === null ? false : caFile === undefined ? {} : { ca: await authorities(caFile) },
  };
}

async function authorities(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new PortError('Refused', 'NoCertificateAuthorities', `${file} cannot be read`, { cause });
  }
}
