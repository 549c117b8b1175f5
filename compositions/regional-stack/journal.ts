import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { regionalStackSchema } from '../../src/api/regional-stack.ts';
import { dynamodb } from '../builder/aws-kinds.ts';
import { capability } from '../builder/capability.ts';
import { externalName } from '../external-name.ts';
import { commonNames, named, type StackCapability } from './stack.ts';

/**
 * The table of the journal. Both sites have one; the journal itself is in that of the standby. It is what a rebuilt
 * cluster asks for the roles, so it can be restored to any point in time.
 */
export function journal(app: MultiRegionApp): StackCapability {
  const { journalTable } = commonNames(app);
  return capability(regionalStackSchema, ({ xr, resource }) => {
    const table = resource(
      'journal',
      dynamodb.Table,
      {
        forProvider: {
          region: xr.spec.region,
          billingMode: 'PAY_PER_REQUEST',
          hashKey: 'plan',
          rangeKey: 'item',
          attribute: [
            { name: 'plan', type: 'S' },
            { name: 'item', type: 'S' },
          ],
          pointInTimeRecovery: { enabled: true },
          deletionProtectionEnabled: app.spec.deletion === 'Protected',
          tags: named(xr, journalTable),
        },
      },
      { annotations: externalName(journalTable) },
    );
    xr.status.journalTableArn.from(table.status.atProvider.arn);
  });
}
