import { readFile } from 'node:fs/promises';
import { PortError } from '../failover/port-error.ts';
import type { CredentialsOf, DatabaseCredentials } from './database-session.ts';
import type { Parameters } from './parameters.ts';

/** Who vouches for a database's name: certificate authorities as PEM, or a file of them; null is a database without TLS. */
export type DatabaseAuthorities = { readonly file: string } | { readonly certificates: readonly string[] } | null;

const keys = ['database/username', 'database/password', 'database/name'] as const;

/**
 * How to log in to the databases of both sites: a promoted replica keeps its source's password, so the own site's
 * parameters are good for either. Read anew for each session, since passwords are rotated; what was read last serves
 * while SSM does not answer.
 */
export function databaseCredentials(parameters: Parameters, vouching: DatabaseAuthorities): CredentialsOf {
  let known: DatabaseCredentials | undefined;
  return async () => {
    try {
      known = await readCredentials(parameters, vouching);
      return known;
    } catch (error) {
      if (known !== undefined && error instanceof PortError && error.kind === 'Retryable') return known;
      throw error;
    }
  };
}

async function readCredentials(parameters: Parameters, vouching: DatabaseAuthorities): Promise<DatabaseCredentials> {
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
    tls: vouching === null ? false : { ca: await authoritiesOf(vouching) },
  };
}

async function authoritiesOf(vouching: NonNullable<DatabaseAuthorities>): Promise<string | string[]> {
  if ('certificates' in vouching) return [...vouching.certificates];
  const { file } = vouching;
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new PortError('Refused', 'NoCertificateAuthorities', `${file} cannot be read`, { cause });
  }
}
