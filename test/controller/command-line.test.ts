import { describe, expect, it } from '@jest/globals';
import { type CommandLine, readCommandLine, UsageError } from '../../controller/command-line.ts';
import { controllerFlags } from '../../src/api/controller-flags.ts';

async function read(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<CommandLine> {
  const found = await readCommandLine(args, environment, '1.2.3');
  if (typeof found === 'string') throw new Error(found);
  return found;
}

describe('the command line of the controller', () => {
  it('has a default for everything', async () => {
    expect(await read([])).toMatchObject({
      kubeconfig: undefined,
      selector: undefined,
      leaseName: 'understudy-controller',
      leaseNamespace: 'understudy-system',
      workers: 16,
      metricsPort: 8080,
      healthPort: 8081,
      logLevel: 'info',
      shutdownMs: 30_000,
    });
  });

  it('takes variables for what no flag says, and the flag before the variable', async () => {
    const environment = { POD_NAME: 'pod-1', POD_NAMESPACE: 'ops', KUBECONFIG: '/from/environment' };
    expect(await read([], environment)).toMatchObject({
      replica: 'pod-1',
      leaseNamespace: 'ops',
      kubeconfig: '/from/environment',
    });
    expect(await read(['--identity=me', '--kubeconfig=/from/flag'], environment)).toMatchObject({
      replica: 'me',
      kubeconfig: '/from/flag',
    });
  });

  it('shows every flag in its help, and the version', async () => {
    const help = await readCommandLine(['--help'], {}, '1.2.3');
    for (const flag of Object.keys(controllerFlags)) expect(help).toContain(`--${flag}`);
    expect(await readCommandLine(['--version'], {}, '1.2.3')).toBe('1.2.3');
  });

  it.each([
    [['--workers=none'], '--workers'],
    [['--workers=0'], '--workers'],
    [['--log-level=loud'], 'log-level'],
    [['--wrokers=2'], 'wrokers'],
    [['--selector'], 'selector'],
  ])('refuses %j, and names the flag', async (args, named) => {
    const failed = read(args);
    await expect(failed).rejects.toBeInstanceOf(UsageError);
    await expect(failed).rejects.toThrow(named);
  });
});
