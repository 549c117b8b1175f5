import type { Surroundings } from '../../lambda/runtime/invocation.ts';
import type { FailoverPlanInput } from '../../src/api/failover-plan.ts';
import { failoverPlanSchema } from '../../src/api/failover-plan.ts';
import { AwsClients } from '../../src/aws/clients.ts';
import { DynamoDbJournal } from '../../src/aws/dynamodb-journal.ts';
import { firstJournal, type Journal } from '../../src/failover/journal.ts';
import { type Region, startRegion } from '../../src/sandbox/region/region.ts';
import type { AwsCall } from '../../src/sandbox/region/wire/call-log.ts';
import { makeFolder } from '../sandbox/region/a-folder.ts';

/** The standby's region as a function sees it: its parameters and the journal's table, and no database. */
export interface FunctionSite {
  readonly calls: readonly AwsCall[];
  readonly region: Region;
  /** Of the own region's table. */
  readonly journal: DynamoDbJournal;
  readonly clients: AwsClients;
  close(): Promise<void>;
}

export const prefix = '/trading/dev';

export async function startFunctionSite(parameters: Readonly<Record<string, string>>): Promise<FunctionSite> {
  const folder = await makeFolder();
  const region = await startRegion({
    region: 'us-west-2',
    accountId: '111122223333',
    directory: folder.path,
    tables: [{ name: 'trading-journal-dev', partitionKey: 'plan', sortKey: { name: 'item', type: 'S' } }],
    parameters: Object.entries(parameters).map(([key, value]) => ({
      name: `${prefix}/${key}`,
      type: key.endsWith('password') ? 'SecureString' : 'String',
      value,
    })),
  });
  const clients = new AwsClients({
    actor: 'test',
    callMs: 5_000,
    endpoint: region.info.endpoint,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const journal = new DynamoDbJournal({
    client: clients.dynamoDb('us-west-2'),
    table: 'trading-journal-dev',
    plan: 'trading',
    callMs: 5_000,
    trouble: () => {},
  });
  return {
    region,
    journal,
    clients,
    get calls() {
      return region.calls.filter(({ caller }) => caller !== 'test');
    },
    async close() {
      clients.close();
      await region.stop();
      await folder.remove();
    },
  };
}

/** A plan with a prober in the standby's region and a witness in a third one. */
export function planText(urls: { primary: string; secondary: string }, spec: object = {}): string {
  const site = (region: string, endpointUrl: string): FailoverPlanInput['spec']['sites']['primary'] => ({
    region,
    endpointUrl,
    database: { kind: 'Instance', identifier: 'trading-db-dev-a1' },
    switchBucket: `trading-switch-dev-111122223333-${region}`,
    journalTable: 'trading-journal-dev',
  });
  return JSON.stringify(
    failoverPlanSchema.parse({
      apiVersion: 'understudy.dev/v1alpha1',
      kind: 'FailoverPlan',
      metadata: { name: 'trading', namespace: 'apps' },
      spec: {
        sites: { primary: site('us-east-1', urls.primary), secondary: site('us-west-2', urls.secondary) },
        detection: {
          vantages: [
            { name: 'prober-primary', kind: 'Prober', domain: 'us-east-1' },
            { name: 'prober-secondary', kind: 'Prober', domain: 'us-west-2' },
            { name: 'witness', kind: 'Witness', domain: 'us-east-2' },
          ],
        },
        ...spec,
      },
    }),
  );
}

export function journalOf(changes: Partial<Journal> = {}): Journal {
  return { ...firstJournal('trading', 'Automatic', false), ...changes };
}

/** What a handler is given in place of Lambda's, and what it wrote. */
export function surroundingsIn(
  environment: NodeJS.ProcessEnv,
): Surroundings & { readonly lines: readonly Readonly<Record<string, unknown>>[] } {
  const lines: Record<string, unknown>[] = [];
  return {
    lines,
    environment: {
      AWS_REGION: 'us-west-2',
      UNDERSTUDY_SITE: 'secondary',
      UNDERSTUDY_PARAMETERS: prefix,
      UNDERSTUDY_LOOK_SECONDS: '0',
      ...environment,
    },
    write: (line) => lines.push(JSON.parse(line)),
    nowMs: Date.now,
  };
}

/** A context with so much time left, which does not pass. */
export function contextWith(remainingMs = 60_000): { getRemainingTimeInMillis(): number; awsRequestId: string } {
  return { getRemainingTimeInMillis: () => remainingMs, awsRequestId: 'request-1' };
}

export const tick = { version: '0', source: 'aws.scheduler', 'detail-type': 'Scheduled Event', detail: '{}' };
