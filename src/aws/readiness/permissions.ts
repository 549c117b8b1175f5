import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateNetworkAclEntryCommand, DeleteNetworkAclEntryCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { PortError } from '../../failover/port-error.ts';
import { mutatingCall, type SendOptions } from '../bounded-call.ts';
import { whyOf } from './look-at.ts';

/**
 * What can be tried of a failover's calls without doing anything: EC2 has a dry run, and a conditional write of DynamoDB
 * whose condition never holds is refused after it was allowed. RDS, Auto Scaling and SNS have neither. S3's conditions
 * would do, but where they are not honoured the trial would write into the switch.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonParameters.html for `DryRun`: `DryRunOperation` if it
 * would have succeeded, `UnauthorizedOperation` if not.
 */
export interface Trial {
  readonly action: string;
  readonly send: (options: SendOptions) => Promise<unknown>;
  /** Codes of the errors that show that the call was allowed. */
  readonly allowedBy: readonly string[];
}

const neverUsedRule = 32_000;

/** The calls that fence a site: entries in its network ACL. */
export function fencingTrials(client: EC2Client, aclId: string): readonly Trial[] {
  const rule = { DryRun: true, NetworkAclId: aclId, RuleNumber: neverUsedRule, Egress: true };
  const entry = { ...rule, Protocol: '-1', RuleAction: 'deny' as const, CidrBlock: '192.0.2.0/32' };
  // Whether a trial gets as far as looking for the entry AWS does not say; it is allowed by then.
  const allowedBy = ['DryRunOperation', 'InvalidNetworkAclEntry.NotFound'];
  return [
    {
      action: 'ec2:CreateNetworkAclEntry',
      send: (options) => client.send(new CreateNetworkAclEntryCommand(entry), options),
      allowedBy,
    },
    {
      action: 'ec2:DeleteNetworkAclEntry',
      send: (options) => client.send(new DeleteNetworkAclEntryCommand(rule), options),
      allowedBy,
    },
  ];
}

/** Writing the journal: an item that would have to be there and not be there. */
export function journalTrials(client: DynamoDBClient, table: string): readonly Trial[] {
  const command = new PutItemCommand({
    TableName: table,
    Item: { plan: { S: 'readiness' }, item: { S: 'trial' } },
    ConditionExpression: 'attribute_exists(#plan) AND attribute_not_exists(#plan)',
    ExpressionAttributeNames: { '#plan': 'plan' },
  });
  return [
    {
      action: 'dynamodb:PutItem',
      send: (options) => client.send(command, options),
      allowedBy: ['ConditionalCheckFailedException'],
    },
  ];
}

/** Codes by which AWS says that the caller may not. */
const denials: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
  'AuthorizationError',
]);

/** Why AWS refuses the call; `null` where it would be allowed. @throws PortError where the trial tells neither. */
export async function refusalOf({ send, allowedBy }: Trial, limit: AbortSignal): Promise<string | null> {
  try {
    await mutatingCall(limit, send);
    return null;
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    if (allowedBy.includes(error.code)) return null;
    if (denials.has(error.code)) return whyOf(error);
    throw error;
  }
}
