import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { databaseCredentials } from '../../src/aws/database-credentials.ts';
import { Parameters } from '../../src/aws/parameters.ts';
import { type FunctionSite, prefix, startFunctionSite } from '../lambda/site.ts';
import { makeFolder } from '../sandbox/region/a-folder.ts';

let site: FunctionSite;
let parameters: Parameters;

beforeEach(async () => {
  site = await startFunctionSite({
    'database/username': 'understudy',
    'database/password': 'first',
    'database/name': 'trading',
  });
  parameters = new Parameters(site.clients.ssm('us-west-2'), prefix, 5_000);
});
afterEach(() => site.close());

async function rotate(password: string): Promise<void> {
  const Name = `${prefix}/database/password`;
  await site.clients.ssm('us-west-2').send(new PutParameterCommand({ Name, Value: password, Overwrite: true }));
}

describe('the credentials of the databases', () => {
  it('are the decrypted parameters of the own site, for either site', async () => {
    const credentialsOf = databaseCredentials(parameters, null);
    const expected = { user: 'understudy', password: 'first', database: 'trading', tls: false };
    expect(await credentialsOf('primary')).toEqual(expected);
    expect(await credentialsOf('secondary')).toEqual(expected);
  });

  it('are read anew each time, and kept while SSM is out of reach', async () => {
    const credentialsOf = databaseCredentials(parameters, null);
    await credentialsOf('primary');
    await rotate('second');
    expect(await credentialsOf('primary')).toMatchObject({ password: 'second' });
    site.region.addFault({ service: 'ssm', operation: '*', kind: 'InternalError' });
    expect(await credentialsOf('primary')).toMatchObject({ password: 'second' });
  });

  it('check the server by the certificate authorities of a file', async () => {
    const folder = await makeFolder();
    try {
      const file = path.join(folder.path, 'ca.pem');
      await writeFile(file, 'authorities');
      expect((await databaseCredentials(parameters, { file })('primary')).tls).toEqual({ ca: 'authorities' });
      const missing = databaseCredentials(parameters, { file: path.join(folder.path, 'none.pem') })('primary');
      await expect(missing).rejects.toMatchObject({ kind: 'Refused', code: 'NoCertificateAuthorities' });
    } finally {
      await folder.remove();
    }
  });

  it('name the parameter that is missing', async () => {
    const others = new Parameters(site.clients.ssm('us-west-2'), '/orders/dev', 5_000);
    await expect(databaseCredentials(others, null)('primary')).rejects.toMatchObject({
      kind: 'NotYet',
      message: 'there is no SSM parameter /orders/dev/database/username',
    });
  });
});
