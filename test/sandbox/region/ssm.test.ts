import { GetParameterCommand, GetParametersCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Region, startRegion } from '../../../src/sandbox/region/region.ts';
import type { RegionConfig } from '../../../src/sandbox/region/region-config.ts';
import { makeFolder } from './a-folder.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
let region: Region;
let ssm: SSMClient;

async function start(): Promise<void> {
  const config: RegionConfig = {
    region: 'us-west-2',
    accountId: '111122223333',
    directory: folder.path,
    parameters: [
      { name: '/trading/dev/plan', type: 'String', value: '{}' },
      { name: '/trading/dev/database/password', type: 'SecureString', value: 'secret' },
    ],
  };
  region = await startRegion(config);
  ssm = new SSMClient({
    region: 'us-west-2',
    endpoint: region.info.endpoint,
    credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
}

beforeAll(async () => {
  folder = await makeFolder();
  await start();
});
afterAll(async () => {
  ssm?.destroy();
  await region?.stop();
  await folder?.remove();
});

describe('SSM parameters', () => {
  it('are read by name and by ARN', async () => {
    const byName = await ssm.send(new GetParameterCommand({ Name: '/trading/dev/plan' }));
    const arn = 'arn:aws:ssm:us-west-2:111122223333:parameter/trading/dev/plan';
    expect(byName.Parameter).toMatchObject({ Name: '/trading/dev/plan', Value: '{}', Version: 1, ARN: arn });
    expect((await ssm.send(new GetParameterCommand({ Name: arn }))).Parameter?.Value).toBe('{}');
  });

  it('give a secret only to who asks to have it decrypted', async () => {
    const name = '/trading/dev/database/password';
    const plain = await ssm.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
    const sealed = await ssm.send(new GetParameterCommand({ Name: name }));
    expect(plain.Parameter).toMatchObject({ Type: 'SecureString', Value: 'secret' });
    expect(sealed.Parameter?.Value).not.toContain('secret');
  });

  it('say which of several do not exist', async () => {
    const { Parameters, InvalidParameters } = await ssm.send(
      new GetParametersCommand({ Names: ['/trading/dev/plan', '/trading/dev/plant'] }),
    );
    expect(Parameters?.map(({ Name }) => Name)).toEqual(['/trading/dev/plan']);
    expect(InvalidParameters).toEqual(['/trading/dev/plant']);
    await expect(ssm.send(new GetParameterCommand({ Name: '/trading/dev/plant' }))).rejects.toMatchObject({
      name: 'ParameterNotFound',
    });
    const eleven = Array.from({ length: 11 }, (_, index) => `/p/${index}`);
    await expect(ssm.send(new GetParametersCommand({ Names: eleven }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  it('are overwritten only by who says so, and hold as much as their tier', async () => {
    const put = (Value: string, more: object = {}) =>
      ssm.send(new PutParameterCommand({ Name: '/p', Value, Type: 'String', ...more }));
    expect(await put('one')).toMatchObject({ Version: 1, Tier: 'Standard' });
    await expect(put('two')).rejects.toMatchObject({ name: 'ParameterAlreadyExists' });
    expect(await put('two', { Overwrite: true })).toMatchObject({ Version: 2 });
    await expect(put('x'.repeat(4097), { Overwrite: true })).rejects.toMatchObject({ name: 'ValidationException' });
    const larger = { Overwrite: true, Tier: 'Intelligent-Tiering' };
    expect(await put('x'.repeat(4097), larger)).toMatchObject({ Version: 3, Tier: 'Advanced' });
    await expect(put('x'.repeat(8193), larger)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('are there again after a restart, as they were last', async () => {
    await ssm.send(new PutParameterCommand({ Name: '/trading/dev/plan', Value: 'newer', Overwrite: true }));
    await region.stop();
    ssm.destroy();
    await start();
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: '/trading/dev/plan' }));
    expect(Parameter).toMatchObject({ Value: 'newer', Version: 2 });
  });
});
